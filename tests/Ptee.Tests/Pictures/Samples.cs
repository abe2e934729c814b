using SkiaSharp;

namespace Ptee.Tests.Imaging;

/// <summary>Pictures made here, and files of them.</summary>
internal static class Samples
{
    /// <summary>(3, height, width) with a value that says where it is.</summary>
    public static byte[] Planes(int width, int height, Func<int, int, int, byte> value)
    {
        var planes = new byte[3 * width * height];
        for (var i = 0; i < planes.Length; i++)
        {
            planes[i] = value(i / (width * height), i % width, i / width % height);
        }

        return planes;
    }

    public static SKBitmap Bitmap(int width, int height, Func<int, int, SKColor> colour)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(i % width, i / width, colour(i % width, i / width));
        }

        return bitmap;
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format, int quality = 100)
    {
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A smooth picture with some noise: about what a photograph is.</summary>
    public static byte[] Photo(int size)
    {
        var random = new Random(Seed: 5);
        return Planes(size, size, (channel, x, y) => (byte)((40 * channel) + x + y + random.Next(8)));
    }

    /// <summary>Puts an EXIF segment that holds only an orientation behind a JPEG's first marker.</summary>
    /// <remarks>Source: EXIF 2.32, 4.5: APP1, "Exif", a TIFF header, one directory with the one tag 0x0112.</remarks>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. Tiff(orientation)];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    /// <summary>Puts the same into a PNG's eXIf chunk, behind IHDR or before IEND.</summary>
    public static byte[] PngWithOrientation(byte[] png, byte[] tiff, bool atEnd = false)
    {
        var at = atEnd ? png.Length - PngFile.End.Length : PngFile.Signature.Length + PngFile.Header(1, 1).Length;
        return [.. png[..at], .. PngFile.Chunk("eXIf", tiff), .. png[at..]];
    }

    /// <summary>An orientation and nothing else, big-endian.</summary>
    public static byte[] Tiff(byte orientation) =>
    [
        (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, // The directory begins at 8.
        0, 1, // One entry:
        0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // orientation, one SHORT.
        0, 0, 0, 0, // No further directory.
    ];

    /// <summary>The same little-endian, behind another entry.</summary>
    public static byte[] LittleTiff(byte orientation) =>
    [
        (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0,
        2, 0,
        0x0F, 0x01, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
        0, 0, 0, 0,
    ];
}
