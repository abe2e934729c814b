using Ptee.Data.Imaging;
using Ptee.Shared;
using Ptee.Shared.IO;
using SkiaSharp;

namespace Ptee.Data;

/// <summary>
/// The only door between picture files and pixels. Whatever comes in is bounded before pixels are allocated.
/// Colour profiles are ignored, as the usual training pipelines do: the stored values are the values.
/// </summary>
public static class Pictures
{
    /// <summary>64 MiB.</summary>
    public const int MaxFileBytes = 64 << 20;

    /// <summary>Rows or columns of a picture.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Rows times columns.</summary>
    public const int MaxPixels = 64_000_000;

    /// <summary>Chunks of a PNG or WebP file, segments of a JPEG file. Real ones have some hundreds.</summary>
    public const int MaxParts = 65_536;

    /// <summary>Scans of a JPEG file, each of which goes over all pixels. Real ones have about ten.</summary>
    public const int MaxScans = 100;

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp"];

    /// <summary>Whether the name ends like a picture's: png, jpg, jpeg, jpe, jfif or webp, in any case.</summary>
    public static bool IsPictureName(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Decodes a PNG, JPEG or WebP file; the content decides, not the name.</summary>
    /// <param name="name">What the error messages call it; null: its path.</param>
    /// <exception cref="PteeFormatException">There is no such file, it is no whole picture, or it is over a
    /// limit.</exception>
    public static Picture Read(string path, string? name = null) =>
        Decode(BoundedReader.ReadFile(path, MaxFileBytes, name ?? path), name ?? path);

    /// <summary>As <see cref="Read"/>, from memory.</summary>
    /// <param name="name">What the error messages call it.</param>
    /// <exception cref="PteeFormatException">It is no whole picture, or it is over a limit.</exception>
    public static Picture Decode(ReadOnlySpan<byte> bytes, string name) =>
        PictureDecoder.Decode(bytes, Printable.Message(name));

    /// <summary>What this picture weighs as a PNG: all filters tried, zlib level 9.</summary>
    /// <param name="chw">3 * size * size bytes, RGB.</param>
    /// <exception cref="ArgumentException">The length does not fit the size.</exception>
    public static byte[] PngBytes(ReadOnlySpan<byte> chw, int size) => Taken(PictureEncoder.Png(chw, size));

    /// <summary>What this picture weighs as a lossless WebP at the encoder's highest effort.</summary>
    /// <inheritdoc cref="PngBytes"/>
    public static byte[] WebpLosslessBytes(ReadOnlySpan<byte> chw, int size) => Taken(PictureEncoder.WebpLossless(chw, size));

    /// <summary>What this picture weighs as a JPEG, colours at half resolution.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <inheritdoc cref="PngBytes"/>
    public static byte[] JpegBytes(ReadOnlySpan<byte> chw, int size, int quality) =>
        Taken(PictureEncoder.Jpeg(chw, size, quality));

    /// <summary>The bytes as an array of ours; the encoder's memory is given back.</summary>
    internal static byte[] Taken(SKData data)
    {
        using (data)
        {
            return data.ToArray();
        }
    }
}
