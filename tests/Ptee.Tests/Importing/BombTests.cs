using System.Buffers.Binary;
using System.IO.Compression;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Tests.Checkpoints;
using Ptee.Tests.Data;
using Ptee.Training.Checkpoints;
using Ptee.Training.Importing;

namespace Ptee.Tests.Importing;

/// <summary>Small files that declare much: an import allocates what the network has, and nothing of theirs.</summary>
public sealed class BombTests
{
    private const long Most = 64 << 20;
    private const int Huge = 1 << 28; // Values; the most that a file may declare.

    public BombTests() => TorchRuntime.Initialize(threads: 1);

    [Theory]
    [InlineData("FloatStorage", 1, 0)] // One value, shown as 268 million.
    [InlineData("FloatStorage", Huge, 1)]
    [InlineData("DoubleStorage", Huge, 1)]
    public void A_tensor_of_a_shape_that_the_network_does_not_have_is_not_read(string type, int values, long stride)
    {
        var pickle = new PickleWriter().Dict().Text("conv1.weight")
            .Tensor(w => w.Storage(type, "0", values), 0, [Huge], [stride]).Op('s').Stop();

        AssertRefused(CheckpointFiles.Zip(CompressionLevel.Fastest, ("data.pkl", pickle), ("data/0", new byte[8])), "conv1.weight is 268435456, expected 16x3x3x3");
    }

    [Fact]
    public void A_huge_storage_behind_tensors_of_the_right_shapes_is_not_read()
    {
        // Every tensor shows a few values of the same 64 million.
        const int values = 1 << 26;
        var pickle = new PickleWriter().OrderedDict().Mark();
        foreach (var (key, shape) in Ptee.Shared.Architectures.WeightKeys.Of(Ptee.Shared.Architectures.Backbones.Build(new("resnet20", "A", 10, 32))))
        {
            pickle.Text(key).Tensor(w => w.Storage("FloatStorage", "0", values), 0, [.. shape.Select(size => (long)size)], new long[shape.Length]);
        }

        var file = CheckpointFiles.Zip(CompressionLevel.Fastest, ("data.pkl", pickle.SetItems().Stop()), ("data/0", new byte[4L * values]));

        AssertRefused(file, "its tensors are parts of storages of 67108864 values together, expected at most ");
    }

    [Fact]
    public void A_zip_of_a_million_entries_is_not_opened()
    {
        const int entries = 1_000_000, record = 52;
        var file = new byte[31 + (entries * record) + 22];
        BinaryPrimitives.WriteUInt32LittleEndian(file, 0x04034b50);
        for (var i = 0; i < entries; i++)
        {
            var entry = file.AsSpan(31 + (i * record), record);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[28..], 6); // The name's length.
            System.Text.Encoding.ASCII.GetBytes($"{i:x6}", entry[46..]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(^22..), 0x06054b50);

        AssertRefused(file, "the zip has 1000000 entries, expected at most 32768");
    }

    [Fact]
    public void Gigabytes_of_nothing_are_not_read()
    {
        using var folder = new TempFolder();
        using (var file = File.Create(folder["holes.pth"]))
        {
            file.SetLength(2_000_000_000); // Holes: it takes no room on the disk.
        }

        Assert.InRange(
            HostilePickleTests.AllocatedBy(() => Assert.Contains(
                "2000000000 bytes that begin 00-00", Assert.Throws<PteeFormatException>(() => Checkpoint.Read(folder["holes.pth"])).Message, StringComparison.Ordinal)),
            0, 1 << 20);
    }

    [Theory]
    [InlineData('}')]
    [InlineData(']')]
    public void A_pickle_of_nothing_but_containers_costs_what_its_steps_may(char container)
    {
        // [{}, {}, …] with as many as fit: each is one byte, and the whole is some kilobytes when packed.
        var pickle = new PickleWriter().Op(']');
        for (var i = 0; i < 16; i++)
        {
            pickle.Mark();
            for (var j = 0; j < 60_000; j++)
            {
                pickle.Op(container);
            }

            pickle.Op('e');
        }

        AssertRefused(CheckpointFiles.Zip(CompressionLevel.Fastest, ("data.pkl", pickle.Stop())), "no tensors", 2 * Most);
    }

    private static void AssertRefused(byte[] file, string says, long most = Most)
    {
        var message = "";
        var allocated = HostilePickleTests.AllocatedBy(() => message = Assert.Throws<PteeFormatException>(
            () => BackboneImporter.Import("resnet20", Checkpoint.Parse(file, "bomb.pth"), 32)).Message);

        Assert.StartsWith("bomb.pth: ", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, most);
    }
}
