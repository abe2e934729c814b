using Ptee.Data.Fetching;
using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>
/// Fashion-MNIST: 60,000 + 10,000 grey pictures of 28x28, ten classes; here in a border of 2 zeros and in three equal
/// channels, so that networks for 32x32 colour pictures take them.
/// </summary>
/// <remarks>Source: Xiao et al. 2017, arXiv:1708.07747; files from github.com/zalandoresearch/fashion-mnist.</remarks>
internal static class FashionMnist
{
    private const int HeldOut = 5_000;
    private const int Border = 2;
    private const int Side = DataSets.NamedSize - (2 * Border);
    private const string Train = "train-images-idx3-ubyte.gz";
    private const string TrainLabels = "train-labels-idx1-ubyte.gz";
    private const string Test = "t10k-images-idx3-ubyte.gz";
    private const string TestLabels = "t10k-labels-idx1-ubyte.gz";

    public static IReadOnlyList<string> Classes { get; } =
    [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ];

    // The hashes are of what is inside: Debian packs the same contents anew, so its .gz bytes differ.
    public static NamedSet Set { get; } = new(
        new DataSource(
            "fashion-mnist",
            [
                new(Train, 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                new(TrainLabels, 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                new(Test, 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                new(TestLabels, 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ],
            [
                new FolderPlace("/usr/share/datasets/fashion-mnist", "Debian: apt-get install dataset-fashion-mnist"),
                new FilesPlace(new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")),
            ]),
        [
            new SetPart("train", [Train, TrainLabels], ..^HeldOut),
            new SetPart("heldout", [Train, TrainLabels], ^HeldOut..),
            new SetPart("test", [Test, TestLabels], ..),
        ],
        Parse);

    /// <exception cref="PteeFormatException">The files are not what their names say, or do not fit each
    /// other.</exception>
    internal static ImageSet Parse(string name, IReadOnlyList<DataFile> files, IEnumerable<byte[]> contents)
    {
        var parts = contents.ToArray();
        var images = IdxFile.Parse(parts[0], files[0].Name, dimensions: 3);
        var labels = IdxFile.Parse(parts[1], files[1].Name, dimensions: 1);
        if (images.Dimensions is not [var count, Side, Side] || labels.Dimensions[0] != count)
        {
            throw new PteeFormatException($"{files[0].Name}: {images}, expected {labels.Dimensions[0]}x{Side}x{Side}");
        }

        var values = labels.Values.Span;
        if (values.IndexOfAnyExceptInRange((byte)0, (byte)(Classes.Count - 1)) is >= 0 and var at)
        {
            throw new PteeFormatException($"{files[1].Name}: label {values[at]} at {at}, expected 0 to 9");
        }

        return new ImageSet(name, DataSets.NamedSize, Frame(images.Values.Span, count), [.. values], Classes);
    }

    /// <summary>(N, 28, 28) → (N, 3, 32, 32).</summary>
    private static byte[] Frame(ReadOnlySpan<byte> grey, int count)
    {
        const int plane = DataSets.NamedSize * DataSets.NamedSize;
        var pixels = new byte[count * ImageSet.Channels * plane];
        for (var i = 0; i < count; i++)
        {
            var picture = pixels.AsSpan(i * ImageSet.Channels * plane, ImageSet.Channels * plane);
            for (var row = 0; row < Side; row++)
            {
                grey.Slice((i * Side * Side) + (row * Side), Side)
                    .CopyTo(picture[(((row + Border) * DataSets.NamedSize) + Border)..]);
            }

            picture[..plane].CopyTo(picture[plane..]);
            picture[..plane].CopyTo(picture[(2 * plane)..]);
        }

        return pixels;
    }
}
