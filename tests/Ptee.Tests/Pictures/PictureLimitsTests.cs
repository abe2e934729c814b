using CsCheck;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Tests.Data;
using SkiaSharp;

namespace Ptee.Tests.Imaging;

public sealed class PictureLimitsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void What_is_no_picture_is_said_in_a_line()
    {
        const string expected = "not a picture that can be read (expected PNG, JPEG or WebP)";
        var text = _folder.Write("photo.jpg", "I am no picture"u8.ToArray());
        var empty = _folder.Write("empty.jpg", []);

        Assert.Equal($"{text}: {expected}", FaultOf(text));
        Assert.Equal($"{empty}: {expected}", FaultOf(empty));
        Assert.Contains("cannot be read", FaultOf(_folder["nowhere.png"]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", FaultOf(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_picture_format_is_refused()
    {
        // The smallest GIF: one pixel.
        var gif = Convert.FromHexString(
            "47494638396101000100800000000000FFFFFF2C00000000010001000002024401003B");

        Assert.Contains("expected PNG, JPEG or WebP", FaultOf(_folder.Write("x.png", gif)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16_385, 1)]
    [InlineData(1, 16_385)]
    [InlineData(8_001, 8_000)]
    [InlineData(16_384, 16_384)]
    public void Too_many_pixels_are_refused_by_the_header(int width, int height)
    {
        var png = PngHeader(width, height);
        Decode(png); // So that what the first call loads is not counted.
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Decode(png);

        Assert.Equal($"x: {width}x{height} pixels, at most 16384 a side and 64000000 in all", fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);

        static string Decode(byte[] png) => Assert.Throws<PteeFormatException>(() => Pictures.Decode(png, "x")).Message;
    }

    [Fact]
    public void A_file_over_64_MiB_is_refused_unread()
    {
        using (var file = File.Create(_folder["big.png"]))
        {
            file.SetLength((64 << 20) + 1);
        }

        Assert.Contains("over 67108864 bytes", FaultOf(_folder["big.png"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_no_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no /dev/zero");

        Assert.Equal("/dev/zero: cannot be read: it is a device, expected a file", FaultOf("/dev/zero"));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_picture_that_is_cut_short_is_refused(SKEncodedImageFormat format)
    {
        var planes = Samples.Photo(size: 48);
        var whole = format switch
        {
            SKEncodedImageFormat.Png => Pictures.PngBytes(planes, 48),
            SKEncodedImageFormat.Jpeg => Pictures.JpegBytes(planes, 48, quality: 90),
            _ => Pictures.WebpLosslessBytes(planes, 48),
        };
        // The last bytes of a JPEG or PNG are only an end mark: without it the picture is still whole.
        for (var length = 0; length < whole.Length - 32; length += 7)
        {
            var cut = whole[..length];
            Assert.Throws<PteeFormatException>(() => Pictures.Decode(cut, "x"));
        }
    }

    [Fact]
    public void Real_photographs_cut_short_are_refused()
    {
        foreach (var bytes in Photos.Paths().Select(File.ReadAllBytes))
        {
            foreach (var percent in new[] { 1, 10, 50, 90, 99 })
            {
                var cut = bytes[..(int)((long)bytes.Length * percent / 100)];
                Assert.Throws<PteeFormatException>(() => Pictures.Decode(cut, "x"));
            }
        }
    }

    /// <summary>Near misses: a good file with some bytes changed gives a picture or a fault that we named.</summary>
    [Fact]
    public void Damage_is_never_more_than_a_fault()
    {
        var planes = Samples.Photo(size: 24);
        byte[][] files =
        [
            Pictures.PngBytes(planes, 24), Pictures.JpegBytes(planes, 24, 90), Pictures.WebpLosslessBytes(planes, 24),
        ];
        var changed = Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 8];
        Gen.Select(Gen.Int[0, files.Length - 1], changed).Sample((which, changes) =>
        {
            var damaged = files[which].ToArray();
            foreach (var (at, value) in changes)
            {
                damaged[at % damaged.Length] = value;
            }

            var fault = Record.Exception(() => { Pictures.Decode(damaged, "x"); });

            Assert.True(fault is null or PteeFormatException, fault?.ToString());
        });
    }

    public void Dispose() => _folder.Dispose();

    private static string FaultOf(string path) =>
        Assert.Throws<PteeFormatException>(() => Pictures.Read(path)).Message;

    /// <summary>Signature, IHDR and the beginning of data: as much as a decoder needs to say the size.</summary>
    private static byte[] PngHeader(int width, int height) =>
        [.. PngFile.Signature, .. PngFile.Header(width, height), .. PngFile.Chunk("IDAT", [])];
}
