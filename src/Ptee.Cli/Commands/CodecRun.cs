using Ptee.Cli.Output;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.IO;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using TorchSharp;

namespace Ptee.Cli.Commands;

/// <summary>What <c>ptee train-codec</c> does: the codec of a folder, trained or only fitted anew, and kept there.</summary>
/// <param name="bundle">What the folder packs to without a codec.</param>
internal sealed class CodecRun(
    ModelFolder files, StagedExits exits, Bundle bundle, IEngine engine, TrainingData set, CancellationToken cancellationToken)
{
    private readonly Manifest _manifest = bundle.Manifest;

    /// <summary>New networks for a cut.</summary>
    public BottleneckResult Train(BottleneckOptions options, int cut, ExitCheckpoint checkpoint)
    {
        var layers = BottleneckRun.LayersFor(_manifest, cut, options.Channels);
        torch.random.manual_seed(options.Seed);
        using var networks = new BottleneckNetworks(layers);
        var rates = Run(options, cut).Train(networks, set.Train, set.HeldOut, checkpoint, Progress(), cancellationToken);
        var training = new Provenance(
            options.ToString(), TrainedBottleneck.Fingerprint(networks.CopyNetworks()), files.ReadDescription().Provenance.License,
            set.Name, options.Seed, ToolVersion.CommandLine, ToolVersion.Name);
        return Keep(options, _manifest.Cuts[cut].Block, networks, rates, training);
    }

    /// <summary>The folder's networks as they are, with tables for the images that reach their cut now.</summary>
    /// <param name="steps">Other rates than those that it has; null: the same.</param>
    public BottleneckResult Refit(BottleneckOptions options, double[]? steps)
    {
        if (!File.Exists(files.Codec))
        {
            throw new PteeFormatException($"{files.Codec}: not found; --refit needs a codec that was trained");
        }

        var before = JsonFile.Read<BottleneckResult>(files.Codec);
        var weights = TrainedBottleneck.ReadWeights(files, before, _manifest);
        var cut = Array.FindIndex(_manifest.Cuts, cut => cut.Block == before.Block);
        if (cut < 0)
        {
            throw new PteeFormatException(
                $"{files.Codec}: of the features after {exits.Backbone.NameOf(before.Block)}, where no exit is placed; ptee train-codec makes another");
        }

        using var networks = new BottleneckNetworks(Bottleneck.After(exits.Backbone, before.Block, before.Width, before.Channels));
        networks.SetWeights(weights);
        options = options with { Channels = before.Channels, Steps = steps ?? [.. before.Rates.Select(rate => (double)rate.Tables.Steps[0])] };
        var rates = Run(options, cut).Refit(networks, set.Train, set.HeldOut, Progress(), cancellationToken);
        return Keep(options, before.Block, networks, rates, before.Training);
    }

    private BottleneckRun Run(BottleneckOptions options, int cut) => new(bundle, engine, exits, cut, options);

    private ConsoleProgress Progress() => new(files.CodecLog);

    private BottleneckResult Keep(BottleneckOptions options, int block, BottleneckNetworks networks, BottleneckRate[] rates, Provenance training)
    {
        var result = new BottleneckResult(
            _manifest.BackboneSha256, bundle.Id, block, networks.Layers.Width, options.Channels, rates, Usual(rates, options.Tolerance), training);
        TrainedBottleneck.Write(files, result, networks.CopyNetworks());
        return result;
    }

    /// <summary>The coarsest that the answers bear.</summary>
    private static int? Usual(BottleneckRate[] rates, double tolerance) =>
        Array.FindLastIndex(rates, rate => rate.LostOfBlends <= tolerance) is >= 0 and var found ? found : null;
}
