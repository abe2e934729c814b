using SkiaSharp;

namespace Ptee.Data.Imaging;

/// <summary>
/// RGB planes → picture files, as small as the encoders make them: they are what a device would send instead.
/// The caller disposes of them.
/// </summary>
internal static class PictureEncoder
{
    private const int BestZlib = 9;
    private const float MostEffort = 100;

    public static SKData Png(ReadOnlySpan<byte> chw, int size) => Encode(
        chw, size, pixels => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, BestZlib)));

    public static SKData WebpLossless(ReadOnlySpan<byte> chw, int size) => Encode(
        chw, size, pixels => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, MostEffort)));

    public static SKData WebpLossy(ReadOnlySpan<byte> chw, int size, int quality)
    {
        RequireQuality(quality);
        return Encode(chw, size, pixels => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)));
    }

    public static SKData Jpeg(ReadOnlySpan<byte> chw, int size, int quality)
    {
        RequireQuality(quality);
        var options = new SKJpegEncoderOptions(
            quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);
        return Encode(chw, size, pixels => pixels.Encode(options));
    }

    private static void RequireQuality(int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
    }

    private static SKData Encode(ReadOnlySpan<byte> chw, int size, Func<SKPixmap, SKData?> encode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Resampler.MaxSize);
        if (chw.Length != ImageSet.Channels * size * size)
        {
            throw new ArgumentException(
                $"{chw.Length} bytes, expected {ImageSet.Channels}x{size}x{size}", nameof(chw));
        }

        // Opaque, so that no alpha channel is written; no colour space, so that no profile is.
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var plane = size * size;
        var rgba = bitmap.GetPixelSpan();
        for (var i = 0; i < plane; i++)
        {
            rgba[4 * i] = chw[i];
            rgba[(4 * i) + 1] = chw[plane + i];
            rgba[(4 * i) + 2] = chw[(2 * plane) + i];
            rgba[(4 * i) + 3] = byte.MaxValue;
        }

        using var pixels = bitmap.PeekPixels();
        return encode(pixels)
            ?? throw new InvalidOperationException($"the encoder gave nothing for {size}x{size} pixels");
    }
}
