using Ptee.Shared.IO;
using System.IO.Compression;
using CsCheck;
using Ptee.Shared;
using Ptee.Training.Checkpoints;
using static Ptee.Tests.Checkpoints.CheckpointFiles;
using static Ptee.Tests.Checkpoints.HostilePickleTests;

namespace Ptee.Tests.Checkpoints;

/// <summary>Files whose parts contradict each other, are missing, or claim to be larger than they are.</summary>
public sealed class HostileCheckpointTests
{
    // Where the fields lie in an entry of a zip's central directory: PKWARE APPNOTE 4.3.12.
    private const int CompressedSize = 20;
    private const int UncompressedSize = 24;
    private const int HeaderOffset = 42;

    private static readonly byte[] Two = Floats(1, 2);

    public static TheoryData<string, byte[]> GoodFiles => new()
    {
        { "legacy", Legacy(Pickle(2), ("0", Two)) },
        { "zip", Zip(Pickle(2), ("0", Two)) },
        { "deflated", Zip(CompressionLevel.Optimal, ("data.pkl", Pickle(2)), ("data/0", Two)) },
    };

    [Theory]
    [InlineData(3)]
    [InlineData(1 << 28)] // 1 GiB, the most that one may declare.
    [InlineData((1 << 28) + 1)]
    [InlineData(1L << 61)] // Times 4 bytes is more than 64 bits hold.
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_storage_that_declares_more_than_there_is_fails_before_anything_is_allocated(long count)
    {
        var files = new[] { Zip(Pickle(count), ("0", Two)), Legacy(Pickle(count), true, [("0", count, Two)]) };

        Assert.All(files, file => Assert.InRange(AllocatedBy(() => Refuse(file)), 0, 1_000_000));
    }

    [Fact]
    public void A_legacy_storage_with_another_count_than_declared_is_refused() =>
        Assert.Equal(
            "net.pth: storage '0' (2 float32) has 1 values in the file",
            Refuse(Legacy(Pickle(2), true, [("0", 1, Two)])));

    [Fact]
    public void Legacy_storages_that_are_missing_left_over_or_double_are_refused()
    {
        Assert.Equal(
            "net.pth: 0 of 1 storages and 0 bytes left, expected all and none", Refuse(Legacy(Pickle(2))));
        Assert.Equal(
            "net.pth: storage '1' is in the file, but no tensor has it",
            Refuse(Legacy(Pickle(2), ("0", Two), ("1", Two))));
        Assert.Equal(
            "net.pth: storage '0' (2 float32) is there twice", Refuse(Legacy(Pickle(2), ("0", Two), ("0", Two))));
        Assert.Equal(
            "net.pth: 1 of 1 storages and 1 bytes left, expected all and none",
            Refuse([.. Legacy(Pickle(2), ("0", Two)), 0]));
    }

    [Fact]
    public void A_storage_declared_in_two_ways_is_refused()
    {
        var pickle = new PickleWriter().Mark()
            .Storage("FloatStorage", "0", 2).Storage("HalfStorage", "0", 4).Tuple().Stop();

        Assert.Equal(
            "net.pth: storage '0' (4 float16) was declared before as storage '0' (2 float32)",
            Refuse(Zip(pickle, ("0", Two))));
    }

    [Fact]
    public void A_checkpoint_from_a_big_endian_machine_is_refused()
    {
        Assert.Equal(
            "net.pth: the values' byte order is 'big', expected 'little'",
            Refuse(Zip(
                CompressionLevel.NoCompression,
                ("data.pkl", Pickle(2)), ("byteorder", "big"u8.ToArray()), ("data/0", Two))));
        Assert.Equal(
            "net.pth: expected a checkpoint saved on a little-endian machine",
            Refuse(Legacy(Pickle(2), littleEndian: false, [("0", 2, Two)])));
    }

    [Fact]
    public void A_zip_without_one_pickle_or_with_two_entries_of_a_name_is_refused()
    {
        Assert.Equal(
            "net.pth: the zip has 0 entries named */data.pkl, expected one as torch.save writes it; if a checkpoint was packed into this archive, unpack it first",
            Refuse(Zip(CompressionLevel.NoCompression, ("data/0", Two))));
        Assert.Equal("net.pth: the zip has no entry 'archive/data/0'", Refuse(Zip(Pickle(2))));
        Assert.Equal(
            "net.pth: zip entry 'archive/data/0' is there twice", Refuse(Zip(Pickle(2), ("0", Two), ("0", Two))));
    }

    [Fact]
    public void A_zip_entry_that_inflates_beyond_its_bound_is_refused_unread()
    {
        var pickle = Zip(CompressionLevel.Fastest, ("data.pkl", new byte[CheckpointLimits.MaxPickleBytes + 1]));
        var storage = Zip(CompressionLevel.Fastest, ("data.pkl", Pickle(2)), ("data/0", new byte[8 << 20]));

        Assert.Contains("has 16777217 bytes, expected at most 16777216", Refuse(pickle), StringComparison.Ordinal);
        Assert.Contains("has 8388608 bytes, expected 8 for", Refuse(storage), StringComparison.Ordinal);
        Assert.InRange(AllocatedBy(() => Refuse(pickle)), 0, 1_000_000);
    }

    [Fact]
    public void A_zip_entry_that_claims_more_than_it_can_hold_is_refused_before_anything_is_allocated()
    {
        const int most = 1 << 28;
        var much = PatchDirectory(
            Zip(CompressionLevel.Fastest, ("data.pkl", Pickle(most)), ("data/0", new byte[64])),
            "archive/data/0", UncompressedSize, most * 4u);
        Assert.Contains("claims 1073741824 bytes", Refuse(much), StringComparison.Ordinal);
        Assert.InRange(AllocatedBy(() => Refuse(much)), 0, 1_000_000);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    public void A_zip_entry_with_more_than_it_claims_is_refused(CompressionLevel level)
    {
        var file = PatchDirectory(
            Zip(level, ("data.pkl", Pickle(2)), ("data/0", new byte[64])), "archive/data/0", UncompressedSize, 8);

        Assert.Contains("'archive/data/0' is not the 8 bytes it claims to be", Refuse(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressedSize, 0xFFFFFFF0)]
    [InlineData(HeaderOffset, 0xFFFFFFF0)]
    [InlineData(HeaderOffset, 0x7FFFFFF0)]
    public void A_zip_entry_that_lies_outside_the_file_is_refused(int field, uint value) =>
        Assert.Contains(
            "the zip is damaged",
            Refuse(PatchDirectory(Zip(Pickle(2), ("0", Two)), "archive/data/0", field, value)),
            StringComparison.Ordinal);

    [Fact]
    public void A_checksum_is_the_one_that_zips_use() =>
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8)); // The check value of the algorithm's catalogues.

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("89504E470D0A1A0A00", "9 bytes that begin 89-50-4E-47-0D-0A-1A-0A")]
    [InlineData("636F730A", "4 bytes that begin 63-6F-73-0A")] // "cos\n", a pickle of protocol 0.
    public void A_file_of_another_kind_is_told_what_was_expected(string hex, string expected) =>
        Assert.Equal(
            $"net.pth: expected a PyTorch checkpoint (.pth, .pt, .th) or safetensors, got {expected}",
            Refuse(Convert.FromHexString(hex)));

    [Fact]
    public void A_pickle_that_is_not_torchs_is_refused() =>
        Assert.StartsWith(
            "net.pth: expected torch.save's magic number",
            Refuse(new PickleWriter().Dict().Stop()),
            StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_not_a_checkpoint() =>
        Assert.EndsWith(
            ": expected a checkpoint file, got a folder",
            Assert.Throws<PteeFormatException>(() => Checkpoint.Read(Path.GetTempPath())).Message,
            StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void A_file_cut_short_anywhere_is_refused(string kind, byte[] file)
    {
        Assert.Equal([1, 2], Read(file, kind)["w"].Values);

        for (var length = 0; length < file.Length; length++)
        {
            Refuse(file[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void A_near_miss_is_read_or_refused_and_never_anything_else(string kind, byte[] file) =>
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.OneOf(Gen.Byte, Gen.OneOf(file))).Array[1, 4].Sample(
            changes =>
            {
                var bytes = file.ToArray();
                foreach (var (at, to) in changes)
                {
                    bytes[at] = to;
                }

                try
                {
                    Read(bytes, kind);
                }
                catch (PteeFormatException fault)
                {
                    Assert.StartsWith($"{kind}: ", fault.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain(fault.Message, char.IsControl);
                }
            },
            iter: 5_000);

    /// <summary>{'w': the first two values of a storage with that many}</summary>
    private static byte[] Pickle(long count) => new PickleWriter().Dict()
        .Text("w").Tensor(w => w.Storage("FloatStorage", "0", count), 0, [2], [1]).Op('s').Stop();
}
