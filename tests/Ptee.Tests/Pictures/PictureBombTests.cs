using System.Diagnostics;
using Ptee.Data;
using Ptee.Shared;
using static Ptee.Tests.Imaging.PngFile;

namespace Ptee.Tests.Imaging;

/// <summary>Files that are small and ask for much.</summary>
public sealed class PictureBombTests
{
    private const int Side = 32;
    private const int MostParts = 65_536;

    /// <summary>Some took minutes to hours; all are a matter of milliseconds on a machine that does nothing else.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly byte[] Rows = new byte[Side * ((3 * Side) + 1)];

    [Theory]
    [InlineData("iCCP")]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    public void What_a_png_brings_besides_pixels_is_not_unpacked(string type)
    {
        var unpacked = Packed(new byte[64 << 20]);
        byte[] head = type == "iTXt" ? [(byte)'x', 0, 1, 0, 0, 0] : [(byte)'x', 0, 0];

        Black(With(Repeated(Chunk(type, [.. head, .. unpacked]), 20), Side, Side, Rows));
    }

    [Fact]
    public void A_long_chunk_that_no_pixel_needs_costs_nothing() =>
        Black(With(Chunk("eXIf", [.. "II*\0"u8, .. Repeated([0xFF], 50_000_000)]), Side, Side, Rows));

    [Fact]
    public void A_long_chunk_that_is_cut_short_costs_nothing()
    {
        byte[] file = [.. Signature, .. Header(Side, Side), .. Chunk("eXIf", new byte[50_000_000])];

        Assert.Contains("not a picture", Fault(file[..^100]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PLTE", 771)]
    [InlineData("tRNS", 257)]
    [InlineData("NEED", 1)]
    public void A_chunk_that_a_png_needs_is_known_and_short(string type, int length) => Assert.Equal(
        $"x: the picture is damaged (chunk '{type}')", Fault(With(Chunk(type, new byte[length]), Side, Side, Rows)));

    [Fact]
    public void A_png_with_too_many_chunks_is_refused_whatever_they_are()
    {
        Assert.Equal($"x: over {MostParts} chunks, the most that are read", Fault(With(Repeated(Chunk("tEXt", "a\0b"u8.ToArray()), 1_000_000), Side, Side, Rows)));
        Assert.Equal($"x: over {MostParts} chunks, the most that are read", Fault(With(Repeated(Chunk("IDAT", []), MostParts), Side, Side, Rows)));
        Black(With(Repeated(Chunk("tEXt", "a\0b"u8.ToArray()), MostParts - 3), Side, Side, Rows));
    }

    [Fact]
    public void Data_of_which_pixels_take_a_little_is_not_unpacked_to_its_end() =>
        Black(With([], Side, Side, new byte[1 << 28]));

    [Fact]
    public void A_jpeg_with_too_many_segments_is_refused()
    {
        var jpeg = Pictures.JpegBytes(new byte[3 * Side * Side], Side, 90);
        byte[] With(int segments) => [.. jpeg[..2], .. Repeated([0xFF, 0xE1, 0, 2], segments), .. jpeg[2..]];

        Assert.Equal($"x: over {MostParts} segments, the most that are read", Fault(With(2_000_000)));
        Black(With(1_000));
    }

    [Fact]
    public void A_jpeg_that_goes_over_its_pixels_again_and_again_is_refused()
    {
        var jpeg = Pictures.JpegBytes(new byte[3 * Side * Side], Side, 90);
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0, .. new byte[8]];

        Assert.Equal("x: over 100 scans, the most that are read", Fault([.. jpeg[..^2], .. Repeated(scan, 100), .. jpeg[^2..]]));
    }

    /// <summary>Zeros are stuffed behind data bytes of 255, which are no markers.</summary>
    [Fact]
    public void Coded_data_is_not_taken_for_segments()
    {
        var planes = Data.ToyData.Bytes(seed: 1, 3 * 1024 * 1024);

        var jpeg = Pictures.JpegBytes(planes, 1024, 100);

        Assert.True(jpeg.AsSpan().Count([(byte)0xFF, (byte)0]) > 1_000);
        Pictures.Decode(jpeg, "x");
    }

    [Fact]
    public void A_webp_with_too_many_chunks_is_refused()
    {
        var webp = Pictures.WebpLosslessBytes(new byte[3 * Side * Side], Side);
        byte[] Ending(int chunks) => [.. webp, .. Repeated([.. "abcd"u8, 0, 0, 0, 0], chunks)];

        Assert.Equal($"x: over {MostParts} chunks, the most that are read", Fault(Ending(1_000_000)));
        Black(Ending(100));
    }

    private static void Black(byte[] file)
    {
        var clock = Stopwatch.StartNew();
        Assert.All(Pictures.Decode(file, "x").ToSquare(1), value => Assert.Equal(0, value));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit);
    }

    private static string Fault(byte[] file)
    {
        var clock = Stopwatch.StartNew();
        var message = Assert.Throws<PteeFormatException>(() => Pictures.Decode(file, "x")).Message;
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit);
        return message;
    }
}
