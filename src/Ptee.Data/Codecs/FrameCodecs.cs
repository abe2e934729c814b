using Ptee.Data.Imaging;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Shared.Preprocessing;

namespace Ptee.Data.Codecs;

/// <summary>Everything that a frame can be coded with, by name: features and latents (<see cref="FeatureCodecs"/>), and pictures.</summary>
public static class FrameCodecs
{
    /// <summary>Lossless, the smaller of the two.</summary>
    public const string WebP = "webp";
    public const string Png = "png";
    public const string Raw = "raw";
    private const string Jpeg = "jpeg";
    private const int MostQuality = 100;

    /// <summary>Of pictures; Q is 1 to 100, the higher the finer.</summary>
    public static IEnumerable<string> PictureNames => [Raw, Png, WebP, $"{Jpeg}:Q", $"{WebP}:Q"];

    /// <summary>The codec of that name for what is handed over at <paramref name="cut"/>.</summary>
    /// <exception cref="PteeFormatException">No codec has that name, or the cut has no tables for it.</exception>
    public static IFeatureCodec Create(string name, Manifest manifest, int cut) =>
        Picture(name, manifest.Preprocessing) ?? (FeatureCodecs.Names.Contains(name)
            ? FeatureCodecs.Create(name, manifest.Cuts[cut])
            : throw new PteeFormatException(
                $"unknown codec '{name}'; known: {string.Join(", ", [.. FeatureCodecs.Names, .. PictureNames])}"));

    /// <returns>Null: no codec of pictures has that name.</returns>
    /// <exception cref="PteeFormatException">One has it, but not that quality.</exception>
    public static IFeatureCodec? Picture(string name, PreprocessingSpec preprocessing)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return name switch
            {
                Raw => new RawPictureCodec(name, preprocessing),
                Png => new PictureCodec(name, preprocessing, PictureEncoder.Png),
                WebP => new PictureCodec(name, preprocessing, PictureEncoder.WebpLossless),
                _ => null,
            };
        }

        return name[..colon] switch
        {
            Jpeg when Quality(name[(colon + 1)..], name) is var quality => new PictureCodec(name, preprocessing, (pixels, size) => PictureEncoder.Jpeg(pixels, size, quality)),
            WebP when Quality(name[(colon + 1)..], name) is var quality => new PictureCodec(name, preprocessing, (pixels, size) => PictureEncoder.WebpLossy(pixels, size, quality)),
            _ => null,
        };
    }

    private static int Quality(string text, string name) =>
        PlainNumber.TryParse<int>(text, out var quality) && quality is >= 1 and <= MostQuality
            ? quality
            : throw new PteeFormatException($"codec '{name}': quality '{text}', expected 1 to {MostQuality}");
}
