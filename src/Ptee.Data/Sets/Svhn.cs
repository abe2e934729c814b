using Ptee.Data.Fetching;

namespace Ptee.Data.Sets;

/// <summary>SVHN, the cropped digits: 73,257 + 26,032 colour pictures of 32x32, ten classes.</summary>
/// <remarks>Source: Netzer et al. 2011, "Reading Digits in Natural Images with Unsupervised Feature Learning"; layout
/// and addresses from http://ufldl.stanford.edu/housenumbers/, for non-commercial use.</remarks>
internal static class Svhn
{
    private const int HeldOut = 5_000;
    private const string Train = "train_32x32.mat";
    private const string Test = "test_32x32.mat";

    /// <summary>The digits: a label is its class's name.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    // The official page publishes no hashes. These and the lengths are TensorFlow Datasets'
    // (url_checksums/svhn_cropped.txt); TorchVision's prototype of the set has the same hashes.
    public static NamedSet Set { get; } = new(
        new DataSource(
            "svhn",
            [
                new(Train, 182_040_794, "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
                new(Test, 64_275_384, "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"),
            ],
            [new FilesPlace(new Uri("http://ufldl.stanford.edu/housenumbers/"))]),
        [
            new SetPart("train", [Train], ..^HeldOut),
            new SetPart("heldout", [Train], ^HeldOut..),
            new SetPart("test", [Test], ..),
        ],
        SvhnMat.Parse);
}
