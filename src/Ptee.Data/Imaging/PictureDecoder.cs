using Ptee.Shared;
using SkiaSharp;

namespace Ptee.Data.Imaging;

/// <summary>From a file's bytes to upright, opaque RGB planes.</summary>
internal static class PictureDecoder
{
    private const int BytesPerPixel = 4;

    public static Picture Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > Pictures.MaxFileBytes)
        {
            throw new PteeFormatException($"{name}: {bytes.Length} bytes, at most {Pictures.MaxFileBytes} are read");
        }

        var file = EncodedPicture.Check(bytes, name);
        using var data = SKData.CreateCopy(file.Bytes);
        using var codec = Open(data, name);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > Pictures.MaxSide || height > Pictures.MaxSide || (long)width * height > Pictures.MaxPixels)
        {
            throw new PteeFormatException(
                $"{name}: {width}x{height} pixels, at most {Pictures.MaxSide} a side and {Pictures.MaxPixels} in all");
        }

        return Decode(codec, file.Orientation, name);
    }

    /// <summary>A picture of known size: memory for any other is not even asked for.</summary>
    /// <returns>(3, size, size), RGB.</returns>
    /// <exception cref="PteeFormatException">It is no whole picture, or of another size.</exception>
    public static ReadOnlySpan<byte> DecodeExactly(ReadOnlySpan<byte> bytes, string name, int size)
    {
        var file = EncodedPicture.Check(bytes, name);
        using var data = SKData.CreateCopy(file.Bytes);
        using var codec = Open(data, name);
        if ((codec.Info.Width, codec.Info.Height) != (size, size))
        {
            throw new PteeFormatException($"{name}: {codec.Info.Width}x{codec.Info.Height} pixels, expected {size}x{size}");
        }

        return Decode(codec, file.Orientation, name).Pixels;
    }

    private static SKCodec Open(SKData data, string name)
    {
        var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp)
        {
            return codec;
        }

        codec?.Dispose();
        throw new PteeFormatException($"{name}: not a picture that can be read (expected PNG, JPEG or WebP)");
    }

    /// <param name="origin">Null: what the codec finds.</param>
    private static Picture Decode(SKCodec codec, SKEncodedOrigin? origin, string name)
    {
        // No colour space asked for: the codec hands out the stored values.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
        {
            throw new PteeFormatException($"{name}: no memory for {info.Width}x{info.Height} pixels");
        }

        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            throw new PteeFormatException(result is SKCodecResult.IncompleteInput
                ? $"{name}: the picture is cut short"
                : $"{name}: the picture is damaged ({result})");
        }

        var orientation = Orientation.From(origin ?? codec.EncodedOrigin);
        var (width, height) = orientation.Swap ? (info.Height, info.Width) : (info.Width, info.Height);
        var planes = new byte[ImageSet.Channels * width * height];
        Spread(bitmap.GetPixelSpan(), info, orientation.Steps(width, height), planes);
        return new Picture(width, height, planes);
    }

    /// <summary>Stored RGBA rows → upright R, G and B planes, on white.</summary>
    private static void Spread(
        ReadOnlySpan<byte> rgba, SKImageInfo info, (int Start, int StepX, int StepY) steps, Span<byte> planes)
    {
        var plane = info.Width * info.Height;
        var red = planes[..plane];
        var green = planes.Slice(plane, plane);
        var blue = planes[(2 * plane)..];
        for (var y = 0; y < info.Height; y++)
        {
            var row = rgba.Slice(y * info.RowBytes, info.RowBytes);
            var to = steps.Start + (y * steps.StepY);
            for (var x = 0; x < row.Length; x += BytesPerPixel, to += steps.StepX)
            {
                var alpha = row[x + 3];
                red[to] = OnWhite(row[x], alpha);
                green[to] = OnWhite(row[x + 1], alpha);
                blue[to] = OnWhite(row[x + 2], alpha);
            }
        }
    }

    private static byte OnWhite(byte value, byte alpha) =>
        alpha == byte.MaxValue ? value : (byte)(((value * alpha) + (255 * (255 - alpha)) + 127) / 255);
}
