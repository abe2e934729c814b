using Ptee.Data.Codecs;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;

namespace Ptee.Edge.Classification;

/// <summary>What runs on the device, when an answer stands, how the rest is coded; held against the bundle.</summary>
public sealed record SplitPlan
{
    private SplitPlan(string point, ExitPolicy policy, int split, IReadOnlyList<string> codecs) =>
        (Point, Policy, Split, Codecs) = (point, policy, split, codecs);

    /// <summary>Name of the operating point; empty when a threshold was given.</summary>
    public string Point { get; }

    public ExitPolicy Policy { get; }

    /// <summary>
    /// Index of the cut at which images are handed over, and of the last segment on the device. The number of cuts:
    /// the device runs the whole network.
    /// </summary>
    public int Split { get; }

    /// <summary>Names of those among which each image that is handed over takes the shortest; empty when the device runs the
    /// whole network. At most one is of features or their latent, and it is the first; the others are of pictures.</summary>
    public IReadOnlyList<string> Codecs { get; }

    /// <summary>Made anew, in that order.</summary>
    public IFeatureCodec[] CodecsOn(Manifest manifest) => [.. Codecs.Select(name => FrameCodecs.Create(name, manifest, Split))];

    /// <param name="withServer">Without one a file that carries the whole network runs to its end, unless a split is
    /// asked for.</param>
    /// <exception cref="PteeFormatException">The bundle has no such thing, or this half does not carry it.</exception>
    public static SplitPlan Create(Bundle bundle, SplitSettings settings, bool withServer)
    {
        var (point, policy) = bundle.Manifest.PolicyOf(settings.Point, settings.Threshold, settings.Gate);
        var split = SplitOf(bundle, settings.Split, withServer);
        var isWhole = split == bundle.Manifest.Cuts.Length;
        // Unknown ones are refused in any case, also where nothing is handed over.
        var codecs = HandoverCodecs.Create(settings.Codec, point, bundle.Manifest, isWhole ? bundle.Manifest.DeepestSplit : split);
        return codecs.Any(codec => codec.Input == CodecInput.Latent) && !isWhole && !bundle.Has(BundleEntries.Encoder(split))
            ? throw new PteeFormatException($"{bundle.Source}: does not carry {BundleEntries.Encoder(split)}, which codec {codecs[0].Name} needs")
            : new SplitPlan(point, policy, split, isWhole ? [] : [.. codecs.Select(codec => codec.Name)]);
    }

    private static int SplitOf(Bundle bundle, int? wanted, bool withServer)
    {
        var manifest = bundle.Manifest;
        var carried = Carried(bundle);
        if (wanted is null && !withServer && carried == manifest.Cuts.Length - 1
            && bundle.Has(BundleEntries.Segment(manifest.Cuts.Length)))
        {
            return manifest.Cuts.Length;
        }

        if (carried < 0)
        {
            throw new PteeFormatException(
                $"{bundle.Source}: does not carry {BundleEntries.Segment(0)} and {BundleEntries.Exit(0)}, "
                + "expected a whole bundle or its edge half");
        }

        var split = wanted ?? manifest.DeepestSplit;
        return split >= 0 && split <= carried
            ? split
            : throw new PteeFormatException(
                $"split {split}: expected 0 to {carried}, the cuts that {bundle.Source} carries for a device");
    }

    /// <summary>The deepest cut up to which segments and exits are there; −1 for none.</summary>
    private static int Carried(Bundle bundle)
    {
        var cut = 0;
        while (cut < bundle.Manifest.Cuts.Length
            && bundle.Has(BundleEntries.Segment(cut)) && bundle.Has(BundleEntries.Exit(cut)))
        {
            cut++;
        }

        return cut - 1;
    }
}
