using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Reports;

namespace Ptee.Data.Codecs;

/// <summary>Those among which each image that is handed over takes the shortest; <see cref="FrameCoder"/> picks.</summary>
public static class HandoverCodecs
{
    /// <param name="names">With <see cref="ClassifyReport.Separator"/> between them; null: those that are usual at that point.</param>
    /// <param name="point">Name of the operating point; empty when a threshold was given.</param>
    /// <returns>At least one; at most one is of features or their latent, and it is the first.</returns>
    /// <exception cref="PteeFormatException">No codec has such a name, the cut has no tables for it, or they do not go together.</exception>
    public static IFeatureCodec[] Create(string? names, string point, Manifest manifest, int cut)
    {
        names ??= Usual(point, manifest.Cuts[cut]);
        var codecs = names.Split(ClassifyReport.Separator, StringSplitOptions.TrimEntries).Select(name => FrameCodecs.Create(name, manifest, cut))
            .OrderBy(codec => codec.Input == CodecInput.Picture).ToArray();
        return codecs.Count(codec => codec.Input != CodecInput.Picture) <= 1 && codecs.DistinctBy(codec => codec.Name).Count() == codecs.Length
            ? codecs
            : throw new PteeFormatException(
                $"codecs '{names}': expected each once, and at most one that is not of pictures ({string.Join(", ", FrameCodecs.PictureNames)})");
    }

    /// <remarks>Calibration and training choose codecs for what the point <see cref="OperatingPoint.Accurate"/> bears.</remarks>
    private static string Usual(string point, CutDescription cut) =>
        OperatingPoint.IsStrict(point) ? FrameCodecs.WebP : $"{cut.Codec}{ClassifyReport.Separator}{FrameCodecs.WebP}";
}
