using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Profiling;
using Ptee.Shared.Weights;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Training.Bundling;

/// <summary>Puts a backbone, its trained exits and what calibration chose into one bundle.</summary>
public static class BundleBuilder
{
    /// <summary>The bundle of a model's folder, with the codec that was trained for it where there is one.</summary>
    /// <param name="exits">As they were opened from <paramref name="files"/>.</param>
    /// <exception cref="PteeFormatException">A file is missing or damaged, or they do not fit together.</exception>
    public static Bundle Build(string source, ModelFolder files, StagedExits exits, CalibrationResult calibration)
    {
        var bottleneck = TrainedBottleneck.Read(files, BuildWithoutCodec(source, files, exits, calibration));
        return Build(
            source, files.ReadDescription(), exits.Network, exits.Plan, Branches(exits), calibration, files.ReadTraining(), bottleneck);
    }

    /// <summary>The same without codecs, with exits and thresholds alone: what a codec is trained for.</summary>
    /// <inheritdoc cref="Build(string, ModelFolder, StagedExits, CalibrationResult)"/>
    public static Bundle BuildWithoutCodec(string source, ModelFolder files, StagedExits exits, CalibrationResult calibration) => Build(
        source, files.ReadDescription(), exits.Network, exits.Plan, Branches(exits), calibration with { Quant = null }, files.ReadTraining());

    /// <summary>Some of a model's exits in a bundle with no threshold chosen yet: what an engine can be timed on.</summary>
    /// <param name="chosen">Indices into the plan, in order, no two at one block.</param>
    /// <exception cref="PteeFormatException">They do not fit the backbone.</exception>
    public static Bundle BuildUncalibrated(string source, BackboneDescription description, StagedExits exits, IReadOnlyList<int> chosen)
    {
        var plan = exits.Plan with { Exits = [.. chosen.Select(exit => exits.Plan.Exits[exit])] };
        var stay = new OperatingPoint(
            OperatingPoint.Accurate, Gates.Confidence, [.. plan.Exits.Select(_ => ExitPolicy.Never)], Agreement: 1, AllInRatio: 0, ExitFractions: []);
        var calibration = new CalibrationResult(
            Data: "",
            DeepestSplit: 0,
            [.. plan.Exits.Select(exit => Enumerable.Repeat(new ClipRange(-1, 1), exits.Backbone.ShapeAfter(exit.Block).Channels).ToArray())],
            Points: [stay],
            Curve: [],
            Quality: []);
        return Build(
            source, description, exits.Network, plan, [.. chosen.Select(exit => exits.Branches[exit].CopyWeights())], calibration, description.Provenance);
    }

    /// <param name="branches">One a planned exit, in order.</param>
    /// <param name="exitsProvenance">How the exits were trained.</param>
    /// <exception cref="PteeFormatException">Plan and calibration are of different exits, or two exits sit at one cut.</exception>
    public static Bundle Build(
        string source,
        BackboneDescription description,
        BackboneNetwork backbone,
        PlacementPlan plan,
        IReadOnlyList<IReadOnlyDictionary<string, Weight>> branches,
        CalibrationResult calibration,
        Provenance exitsProvenance,
        TrainedBottleneck? bottleneck = null)
    {
        var counts = new[] { plan.Exits.Length, plan.Exits.Length * backbone.Backbone.Classes };
        if (calibration.Clips.Length != plan.Exits.Length || !calibration.Points.All(point => counts.Contains(point.Thresholds.Length)))
        {
            throw new PteeFormatException(
                $"{source}: calibrated for {calibration.Clips.Length} exits, {plan.Exits.Length} are placed; ptee calibrate does it anew");
        }

        if (calibration.Quant is { } quant && quant.Length != plan.Exits.Length)
        {
            throw new PteeFormatException($"{source}: codec tables for {quant.Length} cuts, expected {plan.Exits.Length}; ptee calibrate does it anew");
        }

        if (plan.Exits.Zip(plan.Exits.Skip(1)).Any(pair => pair.First.Block == pair.Second.Block))
        {
            throw new PteeFormatException($"{source}: two exits after one block; ptee place --method measured keeps the better");
        }

        var place = bottleneck is null ? -1 : Array.FindIndex(plan.Exits, exit => exit.Block == bottleneck.Block);
        if (bottleneck is not null && place < 0)
        {
            throw new PteeFormatException(
                $"{source}: a codec was trained for the features after {backbone.Backbone.NameOf(bottleneck.Block)}, where no exit is placed; ptee train-codec makes another");
        }

        var cuts = plan.Exits.Select((exit, i) => exit.CutOn(backbone.Backbone, calibration.Clips[i], calibration.Quant?[i])).ToArray();
        if (bottleneck is not null)
        {
            cuts[place] = cuts[place] with { Bottleneck = bottleneck.Description, Codec = bottleneck.Codec ?? cuts[place].Codec };
        }

        var exits = plan.Exits.Zip(cuts, (exit, cut) => new ExitDescription(
            cut.Name,
            exit.Branch,
            exit.Confidence,
            exit.BranchOn(backbone.Backbone).Macs)).ToArray();
        var manifest = new Manifest(
            Manifest.CurrentVersion,
            description.Architecture,
            ModelFolder.Fingerprint(backbone.CopyWeights()),
            BackboneProfile.Of(backbone.Backbone).Macs,
            description.Preprocessing,
            description.Labels,
            cuts,
            exits,
            calibration.DeepestSplit,
            calibration.Points,
            calibration.Curve,
            description.Provenance,
            exitsProvenance,
            Entries: [],
            calibration.Evidence);
        return BundleWriter.Create(
            source, manifest, [.. Segments(backbone, plan.Exits.Select(exit => exit.Block))], branches,
            bottleneck is null ? null : new Dictionary<int, BottleneckWeights> { [place] = bottleneck.Weights });
    }

    /// <summary>Exits that were published without their backbone, and that backbone: the same bundle, with the same id.</summary>
    /// <exception cref="PteeFormatException">It is another backbone: both hashes are named.</exception>
    public static Bundle Join(string source, Bundle exits, BackboneNetwork backbone)
    {
        var (expected, actual) = (exits.Manifest.BackboneSha256, ModelFolder.Fingerprint(backbone.CopyWeights()));
        if (actual != expected)
        {
            throw new PteeFormatException($"{exits.Source} was trained on the backbone {expected}, this one is {actual}");
        }

        return BundleWriter.Complete(source, exits, [.. Segments(backbone, exits.Manifest.Cuts.Select(cut => cut.Block))]);
    }

    private static IReadOnlyDictionary<string, Weight>[] Branches(StagedExits exits) => [.. exits.Branches.Select(branch => branch.CopyWeights())];

    private static IEnumerable<IReadOnlyDictionary<string, Weight>> Segments(BackboneNetwork backbone, IEnumerable<int> cuts)
    {
        var first = 0;
        foreach (var end in cuts.Select(block => block + 1).Append(backbone.Backbone.Blocks.Count))
        {
            yield return backbone.CopyWeights(first..end);
            first = end;
        }
    }
}
