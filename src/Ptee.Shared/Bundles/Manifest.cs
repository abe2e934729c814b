using MessagePack;
using Ptee.Shared.Architectures;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;

namespace Ptee.Shared.Bundles;

/// <summary>
/// Everything about a model that is not weights. Segment i runs from cut i − 1 to cut i; the last one ends in the
/// backbone's own exit. Exit i sits at cut i.
/// </summary>
/// <param name="FormatVersion"><see cref="CurrentVersion"/>.</param>
/// <param name="BackboneSha256">Of the backbone's weights as one safetensors file, lower-case hex.</param>
/// <param name="BackboneMacs">Of the whole backbone, without branches.</param>
/// <param name="DeepestSplit">Index of the deepest cut at which the edge hands over, and the default split.</param>
/// <param name="Curve">From few exits to many; held-out training images.</param>
/// <param name="Evidence">What stands behind points and curve; null where a bundle does not say.</param>
[MessagePackObject]
public sealed record Manifest(
    [property: Key("format_version")] int FormatVersion,
    [property: Key("architecture")] Architecture Architecture,
    [property: Key("backbone_sha256")] string BackboneSha256,
    [property: Key("backbone_macs")] long BackboneMacs,
    [property: Key("preprocessing")] PreprocessingSpec Preprocessing,
    [property: Key("labels")] string[] Labels,
    [property: Key("cuts")] CutDescription[] Cuts,
    [property: Key("exits")] ExitDescription[] Exits,
    [property: Key("deepest_split")] int DeepestSplit,
    [property: Key("points")] OperatingPoint[] Points,
    [property: Key("curve")] OperatingPoint[] Curve,
    [property: Key("backbone_provenance")] Provenance BackboneProvenance,
    [property: Key("exits_provenance")] Provenance ExitsProvenance,
    [property: Key("entries")] ManifestEntry[] Entries,
    [property: Key(Manifest.EvidenceKey)] PointEvidence? Evidence = null)
{
    public const int CurrentVersion = 1;

    internal const string EvidenceKey = "evidence";

    [IgnoreMember]
    public FeatureShape InputShape => new(PreprocessingSpec.Channels, Preprocessing.Size, Preprocessing.Size);

    /// <summary>One more than there are cuts.</summary>
    [IgnoreMember]
    public int SegmentCount => Cuts.Length + 1;

    /// <summary>Shape of what goes into <paramref name="segment"/>.</summary>
    public FeatureShape ShapeBefore(int segment) => segment == 0 ? InputShape : Cuts[segment - 1].Shape;

    /// <summary>Shape of what comes out; the last segment gives logits.</summary>
    public FeatureShape ShapeAfter(int segment) =>
        segment == Cuts.Length ? new FeatureShape(Labels.Length, 1, 1) : Cuts[segment].Shape;

    /// <summary>Values of the longest tensor that goes into a segment or comes out of one: the picture and the logits count.</summary>
    [IgnoreMember]
    public int LargestFeature =>
        Enumerable.Range(0, SegmentCount).Max(segment => Math.Max(ShapeBefore(segment).Count, ShapeAfter(segment).Count));

    /// <summary>The layers of the branch at <paramref name="exit"/>.</summary>
    public Branch BranchOf(int exit) =>
        Branches.Build(Exits[exit].Branch, Cuts[exit].Shape, Labels.Length, Exits[exit].Confidence);

    /// <summary>The bottleneck at <paramref name="cut"/>; null where there is none.</summary>
    public Bottleneck? BottleneckOf(int cut) => Cuts[cut].Bottleneck is { } bottleneck
        ? Bottleneck.After(Backbones.Build(Architecture), Cuts[cut].Block, bottleneck.Width, bottleneck.Channels)
        : null;

    /// <summary>Shape of the latent at <paramref name="cut"/>, which has a bottleneck.</summary>
    public FeatureShape LatentOf(int cut) => Bottleneck.LatentOf(Cuts[cut].Shape, Cuts[cut].Bottleneck!.Channels);

    /// <exception cref="PteeFormatException">No point has that name.</exception>
    public OperatingPoint Point(string name) => Points.FirstOrDefault(point => point.IsCalled(name))
        ?? throw new PteeFormatException(
            $"unknown operating point '{name}'; this bundle has: {string.Join(", ", Points.Select(point => point.Name))}");

    /// <summary>The policy that a point's name or one threshold means for this bundle.</summary>
    /// <param name="point">Null: <see cref="OperatingPoint.Accurate"/>, unless there is a threshold.</param>
    /// <param name="threshold">For all exits, instead of a point's.</param>
    /// <param name="gate">Null: the bundle's own. All its points come from one calibration, so they share it.</param>
    /// <returns>The point's name, empty for a threshold, and the policy.</returns>
    /// <exception cref="PteeFormatException">Both are given, the point or gate is unknown, or the threshold is out of
    /// range.</exception>
    public (string Point, ExitPolicy Policy) PolicyOf(string? point, float? threshold, string? gate = null)
    {
        if (threshold is not { } one)
        {
            var named = Point(point ?? OperatingPoint.Accurate);
            return (named.Name, Policy(gate ?? named.Gate, named.Thresholds));
        }

        return point is null
            ? ("", ExitPolicy.Uniform(gate ?? Points[0].Gate, one, Exits.Length))
            : throw new PteeFormatException($"point '{point}' and threshold {one}: expected one of the two");
    }

    /// <summary>What thresholds mean for this bundle: one an early exit, or one for each early exit and class.</summary>
    /// <exception cref="PteeFormatException">The gate is unknown, or the thresholds are not so many or out of range.</exception>
    public ExitPolicy Policy(string gate, IReadOnlyList<float> thresholds, string owner = "the policy") =>
        ExitPolicy.Of(owner, gate, thresholds, Exits.Length, Labels.Length);

    /// <summary>Macs of everything that runs for an image that leaves at <paramref name="exit"/>, all branches included.</summary>
    public long AllInMacs(int exit)
    {
        var branches = Exits.Take(exit + 1).Sum(branch => branch.Macs);
        return branches + (exit < Cuts.Length ? Cuts[exit].TrunkMacs : BackboneMacs);
    }

    /// <summary>The paper's count: the trunk and only the branch that answered.</summary>
    public long PaperMacs(int exit) =>
        exit < Cuts.Length ? Cuts[exit].TrunkMacs + Exits[exit].Macs : BackboneMacs;
}
