using CsCheck;
using Ptee.Data;
using SkiaSharp;

namespace Ptee.Tests.Imaging;

public sealed class PicturesTests
{
    [Fact]
    public void Lossless_files_give_back_every_byte() => Gen.Int[1, 40]
        .SelectMany(size => Gen.Byte.Array[3 * size * size].Select(planes => (size, planes)))
        .Sample(sample =>
        {
            var (size, planes) = sample;

            Assert.Equal(planes, Pictures.Decode(Pictures.PngBytes(planes, size), "png").ToSquare(size));
            Assert.Equal(planes, Pictures.Decode(Pictures.WebpLosslessBytes(planes, size), "webp").ToSquare(size));
        });

    [Fact]
    public void A_jpeg_is_near_and_nearer_with_more_quality()
    {
        var planes = Samples.Photo(size: 64);
        var (low, high) = (Error(quality: 30), Error(quality: 95));

        Assert.InRange(high, 0, 4);
        Assert.InRange(low, high, 20);
        Assert.True(Pictures.JpegBytes(planes, 64, 30).Length < Pictures.JpegBytes(planes, 64, 95).Length);

        double Error(int quality) => Pictures.Decode(Pictures.JpegBytes(planes, 64, quality), "jpeg").ToSquare(64)
            .Zip(planes, (a, b) => Math.Abs(a - b)).Average();
    }

    [Fact]
    public void Transparency_lies_on_white()
    {
        byte[] alphas = [0, 51, 255];
        using var bitmap = Samples.Bitmap(3, 1, (x, _) => new SKColor(200, 100, 0, alphas[x]));

        var picture = Pictures.Decode(Samples.Encode(bitmap, SKEncodedImageFormat.Png), "x");

        // Nothing, a fifth and all of the colour.
        Assert.Equal([255, 244, 200, 255, 224, 100, 255, 204, 0], picture.Pixels.ToArray());
    }

    /// <summary>The stored picture is 32 wide and 16 high, light only in its upper left quarter.</summary>
    [Theory]
    [InlineData(1, 32, 16, "left top")]
    [InlineData(2, 32, 16, "right top")]
    [InlineData(3, 32, 16, "right bottom")]
    [InlineData(4, 32, 16, "left bottom")]
    [InlineData(5, 16, 32, "left top")]
    [InlineData(6, 16, 32, "right top")]
    [InlineData(7, 16, 32, "right bottom")]
    [InlineData(8, 16, 32, "left bottom")]
    public void The_orientation_in_exif_is_applied(byte orientation, int width, int height, string light)
    {
        using var bitmap = Samples.Bitmap(32, 16, (x, y) => x < 16 && y < 8 ? SKColors.White : SKColors.Black);
        var jpeg = Samples.Encode(bitmap, SKEncodedImageFormat.Jpeg);

        var png = Samples.Encode(bitmap, SKEncodedImageFormat.Png);

        foreach (var file in new[]
        {
            Samples.WithOrientation(jpeg, orientation),
            Samples.PngWithOrientation(png, Samples.Tiff(orientation)),
            Samples.PngWithOrientation(png, Samples.LittleTiff(orientation), atEnd: true),
        })
        {
            var picture = Pictures.Decode(file, "x");
            Assert.Equal((width, height), (picture.Width, picture.Height));
            var pixels = picture.Pixels;
            foreach (var (name, x, y) in new[]
            {
                ("left top", 4, 4), ("right top", width - 5, 4),
                ("left bottom", 4, height - 5), ("right bottom", width - 5, height - 5),
            })
            {
                var shade = pixels[(y * width) + x];
                Assert.True(name == light ? shade > 245 : shade < 10, $"{name} is {shade}");
            }
        }
    }

    [Fact]
    public void Exif_that_says_nothing_of_use_leaves_a_png_as_it_is_stored()
    {
        using var bitmap = Samples.Bitmap(32, 16, (_, _) => SKColors.White);
        var png = Samples.Encode(bitmap, SKEncodedImageFormat.Png);
        var good = Samples.Tiff(6);
        var far = good.ToArray();
        far[4] = 0x7F; // The directory lies far behind the end.
        var many = good.ToArray();
        (many[8], many[11]) = (0xFF, 0); // Very many entries, and no orientation.

        foreach (var tiff in new byte[][] { [], "II*"u8.ToArray(), good[..9], good[..14], far, many, Samples.Tiff(0), Samples.Tiff(9) })
        {
            Assert.Equal(32, Pictures.Decode(Samples.PngWithOrientation(png, tiff), "x").Width);
        }
    }

    [Fact]
    public void A_turned_png_is_the_upright_one()
    {
        var upright = Pictures.Read(TestData.Folder("failing", "picture-exif-png", "upright.png"));
        var turned = Pictures.Read(TestData.Folder("failing", "picture-exif-png", "turned.png"));

        Assert.Equal((upright.Width, upright.Height), (turned.Width, turned.Height));
        Assert.True(upright.Pixels.SequenceEqual(turned.Pixels));
    }

    /// <summary>A mirror alone would pass the test above: here every pixel says where it was.</summary>
    [Fact]
    public void A_quarter_turn_keeps_rows_and_columns_apart()
    {
        using var bitmap = Samples.Bitmap(24, 16, (x, y) => new SKColor((byte)(x * 8), (byte)(y * 8), 0));
        var jpeg = Samples.Encode(bitmap, SKEncodedImageFormat.Jpeg);
        var stored = Pictures.Decode(jpeg, "x");

        var turned = Pictures.Decode(Samples.WithOrientation(jpeg, orientation: 6), "x"); // Clockwise.

        for (var i = 0; i < 24 * 16; i++)
        {
            var (x, y) = (i % 24, i / 24);
            Assert.Equal(stored.Pixels[i], turned.Pixels[(x * 16) + (15 - y)]);
        }
    }

    [Fact]
    public void Real_photographs_are_read_and_their_middle_keeps_its_mean()
    {
        foreach (var path in Photos.Paths())
        {
            var picture = Pictures.Read(path);
            var side = Math.Min(picture.Width, picture.Height);
            var (left, top) = ((picture.Width - side) / 2, (picture.Height - side) / 2);
            var small = picture.ToSquare(32);
            for (var channel = 0; channel < 3; channel++)
            {
                var sum = 0L;
                for (var i = 0; i < side * side; i++)
                {
                    var at = ((channel * picture.Height) + top + (i / side)) * picture.Width;
                    sum += picture.Pixels[at + left + (i % side)];
                }

                var mean = small.Skip(channel * 1_024).Take(1_024).Average(value => value);
                Assert.InRange(mean - ((double)sum / (side * side)), -1.5, 1.5);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_quality_out_of_range_is_the_callers_fault(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Pictures.JpegBytes(new byte[12], 2, quality));

    [Fact]
    public void A_length_that_does_not_fit_the_size_is_the_callers_fault() =>
        Assert.Throws<ArgumentException>(() => Pictures.PngBytes(new byte[13], 2));
}
