using System.Diagnostics.CodeAnalysis;
using Ptee.Shared.Architectures;
using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Bundles;

/// <summary>
/// Holds a manifest against the architecture that it names: shapes and macs are counted again, never believed, so no
/// manifest can make anybody allocate more than the network needs.
/// </summary>
internal static class ManifestValidator
{
    private const int MaxCuts = 64;
    private const int MaxCurve = 10_000;
    private const double MaxRatio = 100; // Each of 64 branches may cost as much as the backbone, and more would be absurd.
    private const int HeaderBytes = 1 << 20;

    /// <exception cref="PteeFormatException">Says which value is wrong, what was expected and what came.</exception>
    public static void Validate([NotNull] Manifest? manifest, string source)
    {
        try
        {
            Check(manifest);
        }
        catch (PteeFormatException exception)
        {
            throw new PteeFormatException($"{source}: {exception.Message}", exception);
        }
    }

    private static void Check([NotNull] Manifest? manifest)
    {
        Require(manifest is not null, "the manifest is empty");
        Require(
            manifest.FormatVersion == Manifest.CurrentVersion,
            $"format version {manifest.FormatVersion}, expected {Manifest.CurrentVersion}; a newer Ptee wrote it?");
        // A deserializer leaves out what the file leaves out: each part is looked at before it is used.
        Require(
            manifest is
            {
                Architecture.Name: not null, Preprocessing: not null, Labels: not null, Cuts: not null, Exits: not null,
                Points: not null, Curve: not null, Entries: not null, BackboneSha256: not null, BackboneProvenance: not null,
                ExitsProvenance: not null
            }
            && manifest.Entries.All(entry => entry is { Name: not null, Sha256: not null })
            && manifest.Labels.All(label => label is not null),
            "the manifest lacks a part");
        manifest.Preprocessing.Validate();
        var backbone = Backbones.Build(manifest.Architecture);
        Require(
            manifest.Preprocessing.Size == manifest.Architecture.InputSize,
            $"preprocessing gives {manifest.Preprocessing.Size} pixels, the network takes {manifest.Architecture.InputSize}");
        Require(
            manifest.Labels.Length == backbone.Classes, $"{manifest.Labels.Length} labels, expected {backbone.Classes}");
        CheckCuts(manifest, backbone);
        CheckPoints(manifest);
        CheckEntries(manifest, backbone);
    }

    /// <summary>Only the names that a bundle has, none larger than its weights can be.</summary>
    private static void CheckEntries(Manifest manifest, Backbone backbone)
    {
        var profile = BackboneProfile.Of(backbone);
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < manifest.SegmentCount; i++)
        {
            var first = i == 0 ? 0 : manifest.Cuts[i - 1].Block + 1;
            var end = i == manifest.Cuts.Length ? backbone.Blocks.Count : manifest.Cuts[i].Block + 1;
            limits.Add(BundleEntries.Segment(i), LargestFile(profile.Blocks.Take(first..end).Sum(block => block.Parameters)));
        }

        for (var i = 0; i < manifest.Exits.Length; i++)
        {
            limits.Add(BundleEntries.Exit(i), LargestFile(
                manifest.BranchOf(i).Parameters));
        }

        for (var i = 0; i < manifest.Cuts.Length; i++)
        {
            if (manifest.BottleneckOf(i) is { } bottleneck)
            {
                limits.Add(BundleEntries.Encoder(i), LargestFile(bottleneck.EncoderParameters));
                limits.Add(BundleEntries.Decoder(i), LargestFile(bottleneck.DecoderParameters));
            }
        }

        foreach (var entry in manifest.Entries)
        {
            Require(limits.Remove(entry.Name, out var limit), $"entry '{entry.Name}' is none that a bundle has, or is named twice");
            Require(entry.Bytes >= 0 && entry.Bytes <= limit, $"{entry.Name} is {entry.Bytes} bytes, expected at most {limit}");
        }
    }

    /// <summary>Running statistics are at most as many values again as the parameters; the rest is the file's header.</summary>
    private static long LargestFile(long parameters) => (2 * parameters * sizeof(float)) + HeaderBytes;

    private static void CheckCuts(Manifest manifest, Backbone backbone)
    {
        Require(manifest.Cuts.Length is >= 1 and <= MaxCuts, $"{manifest.Cuts.Length} cuts, expected 1 to {MaxCuts}");
        Require(
            manifest.Exits.Length == manifest.Cuts.Length, $"{manifest.Exits.Length} exits, expected {manifest.Cuts.Length}");
        Require(
            manifest.DeepestSplit >= 0 && manifest.DeepestSplit < manifest.Cuts.Length,
            $"deepest split is cut {manifest.DeepestSplit}, expected 0 to {manifest.Cuts.Length - 1}");
        var profile = BackboneProfile.Of(backbone);
        Require(manifest.BackboneMacs == profile.Macs, $"backbone macs {manifest.BackboneMacs}, expected {profile.Macs}");
        for (var i = 0; i < manifest.Cuts.Length; i++)
        {
            var (cut, exit) = (manifest.Cuts[i], manifest.Exits[i]);
            Require(cut is { Clips: not null, Codec: not null, Name: not null } && exit is { Branch: not null, Confidence: not null, Name: not null }, $"cut {i} lacks a part");
            Require(
                (i == 0 || cut.Block > manifest.Cuts[i - 1].Block) && backbone.CanCutAfter(cut.Block),
                $"cut {i} is after block {cut.Block}, expected places that can be cut, in order");
            var shape = backbone.ShapeAfter(cut.Block);
            Require(cut.Shape == shape, $"cut {i} has shape {cut.Shape}, expected {shape}");
            Require(cut.TrunkMacs == profile.TrunkMacs(cut.Block), $"cut {i} has {cut.TrunkMacs} macs before it, expected {profile.TrunkMacs(cut.Block)}");
            var macs = manifest.BranchOf(i).Macs;
            Require(exit.Macs == macs, $"exit {i} has {exit.Macs} macs, expected {macs}");
            Require(
                cut.Bottleneck is null || (cut.Bottleneck is { Rates: { Length: var rates } tables, Provenance: not null }
                    && rates >= 1 && rates <= FeatureCodecs.MostRates && tables.All(table => table is not null)),
                $"cut {i} has a bottleneck that lacks a part, or has no rates or more than {FeatureCodecs.MostRates}");
            if (manifest.BottleneckOf(i) is { } bottleneck) // Before its codecs are made: it bounds what they take.
            {
                Require(
                    bottleneck.EncoderMacs <= Bottleneck.MostEncoderShare * manifest.BackboneMacs,
                    $"cut {i} has an encoder of {bottleneck.EncoderMacs} macs, expected at most {100 * Bottleneck.MostEncoderShare:0} % of {manifest.BackboneMacs}");
            }

            foreach (var name in FeatureCodecs.NamesAt(cut))
            {
                _ = FeatureCodecs.Create(name, cut);
            }

            _ = FeatureCodecs.Create(cut.Codec, cut);
        }
    }

    private static void CheckPoints(Manifest manifest)
    {
        Require(manifest.Points.Length >= 1, "no operating point");
        Require(
            manifest.Evidence is null || (manifest.Evidence is { Images: >= 1, Classes: >= 1 } && manifest.Evidence.Classes <= manifest.Labels.Length),
            $"points stand on {manifest.Evidence?.Images} images of {manifest.Evidence?.Classes} classes, expected at least 1 image, and 1 to {manifest.Labels.Length} classes");
        Require(manifest.Curve.Length <= MaxCurve, $"{manifest.Curve.Length} points in the curve, expected at most {MaxCurve}");
        foreach (var point in manifest.Points.Concat(manifest.Curve))
        {
            Require(
                point is { Name: not null, Gate: not null, ExitFractions: not null, Thresholds: not null },
                "an operating point lacks a part");
            Require(
                point is { Agreement: >= 0 and <= 1, AllInRatio: >= 0 and <= MaxRatio },
                $"operating point '{point.Name}' has an agreement of {point.Agreement} and a cost of {point.AllInRatio}, "
                + $"expected 0 to 1 and 0 to {MaxRatio}");
            _ = manifest.Policy(point.Gate, point.Thresholds, $"operating point '{point.Name}'");
        }
    }

    private static void Require([DoesNotReturnIf(false)] bool holds, string message)
    {
        if (!holds)
        {
            throw new PteeFormatException(message);
        }
    }
}
