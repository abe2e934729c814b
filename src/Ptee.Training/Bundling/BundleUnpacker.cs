using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Training.Bundling;

/// <summary>Makes a model's folder of a whole bundle, to calibrate it anew or to train a codec for it.</summary>
public static class BundleUnpacker
{
    /// <summary>What stands in the folder for the name of the images that it was calibrated on, before the bundle's id.</summary>
    public const string FromBundle = "bundle ";

    /// <summary>What the folder packs to again is the same bundle, with the same id if this version wrote it.</summary>
    /// <remarks>What was measured on the way and no bundle keeps, the quality of gates and rates, is not in the folder.</remarks>
    /// <exception cref="PteeFormatException">It is only a part of a bundle, or the folder holds a model already. Nothing is written.</exception>
    public static void Unpack(Bundle bundle, ModelFolder files)
    {
        if (File.Exists(files.Description))
        {
            throw new PteeFormatException($"{files.Path}: holds a model already, expected a folder without");
        }

        var manifest = bundle.Manifest;
        var backbone = Enumerable.Range(0, manifest.SegmentCount).SelectMany(bundle.SegmentWeights).ToDictionary();
        var exits = ExitWeights.Number([.. Enumerable.Range(0, manifest.Exits.Length).Select(bundle.ExitWeights)]);
        var codec = CodecOf(bundle);
        Directory.CreateDirectory(files.Path);
        ModelFolder.WriteWeights(files.ExitWeights, exits);
        JsonFile.Write(files.Placement, new PlacementPlan(
            "at", [.. manifest.Cuts.Zip(manifest.Exits, (cut, exit) => new PlannedExit(cut.Block, exit.Branch, exit.Confidence))]));
        JsonFile.Write(files.Training, manifest.ExitsProvenance);
        JsonFile.Write(files.Calibration, new CalibrationResult(
            FromBundle + bundle.Id,
            manifest.DeepestSplit,
            [.. manifest.Cuts.Select(cut => cut.Clips)],
            manifest.Points,
            manifest.Curve,
            Quality: [],
            Quant: [.. manifest.Cuts.Select(cut => cut.Quant)],
            Evidence: manifest.Evidence));
        if (codec is var (result, weights))
        {
            TrainedBottleneck.Write(files, result, weights);
        }

        files.WriteBackbone(
            new BackboneDescription(manifest.Architecture, manifest.Preprocessing, manifest.Labels, manifest.BackboneProvenance), backbone);
    }

    private static (BottleneckResult Result, BottleneckWeights Weights)? CodecOf(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        var cut = Array.FindIndex(manifest.Cuts, cut => cut.Bottleneck is not null);
        if (cut < 0)
        {
            return null;
        }

        if (manifest.Cuts.Count(other => other.Bottleneck is not null) > 1)
        {
            throw new PteeFormatException($"{bundle.Source}: bottlenecks at several cuts, a folder holds one");
        }

        var (place, description) = (manifest.Cuts[cut], manifest.Cuts[cut].Bottleneck!);
        var usual = Array.IndexOf([.. Enumerable.Range(0, description.Rates.Length).Select(FeatureCodecs.Bottleneck)], place.Codec);
        return (
            new BottleneckResult(
                manifest.BackboneSha256, WithoutCodec(bundle).Id, place.Block, description.Width, description.Channels,
                [.. description.Rates.Select(tables => new BottleneckRate(tables))], usual < 0 ? null : usual, description.Provenance),
            new BottleneckWeights(bundle.EncoderWeights(cut), bundle.DecoderWeights(cut)));
    }

    private static Bundle WithoutCodec(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        var cuts = manifest.Cuts.Select(cut => cut with { Quant = null, Bottleneck = null, Codec = CutDescription.CodecFor(quant: null) });
        return BundleWriter.Create(
            bundle.Source,
            manifest with { Cuts = [.. cuts] },
            [.. Enumerable.Range(0, manifest.SegmentCount).Select(bundle.SegmentWeights)],
            [.. Enumerable.Range(0, manifest.Exits.Length).Select(bundle.ExitWeights)]);
    }
}
