using Ptee.Data;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Training.Batches;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;
using static TorchSharp.torch;

namespace Ptee.Bench.Scenarios;

/// <summary>Training a bundle's exits against only running its frozen backbone: the same images, batches and augmentation.</summary>
internal static class Train
{
    private const int Batch = 128;
    private const int Images = 5 * Batch;

    public static async Task<ScenarioResult> RunAsync(string? bundle, int rounds, CancellationToken cancellationToken)
    {
        TorchRuntime.Initialize();
        var figures = new Dictionary<string, Figure>();
        foreach (var (name, model) in Models.Open(bundle))
        {
            var images = await Workload.ImagesAsync(model.Manifest, cancellationToken);
            Measure(name, model, images.Take(Images), rounds, figures, cancellationToken);
        }

        return new ScenarioResult("train", ScenarioResult.ThisMachine, figures);
    }

    private static void Measure(
        string name, Bundle bundle, ImageSet images, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        var manifest = bundle.Manifest;
        var network = new BackboneNetwork(Backbones.Build(manifest.Architecture));
        network.SetWeights(Enumerable.Range(0, manifest.SegmentCount).SelectMany(bundle.SegmentWeights)
            .ToDictionary(entry => entry.Key, entry => entry.Value));
        var plan = new PlacementPlan("at", [.. manifest.Exits.Zip(manifest.Cuts, (exit, cut) => new PlannedExit(cut.Block, exit.Branch, exit.Confidence))]);
        using var exits = new StagedExits(network, plan);
        var options = new ExitTrainingOptions { Loss = ExitLosses.Independent, BatchSize = Batch, Epochs = 1 };
        var loss = ExitLosses.Get(options);
        using var optimizer = new SteadyAdam(exits.Branches.SelectMany(branch => branch.Parameters), options.Rate);
        var augmenter = new Augmenter(manifest.Preprocessing);

        var round = new Rounds();
        round.Add("forward", at => Each(at, x =>
        {
            using var mode = inference_mode();
            _ = exits.RunBackbone(x);
        }));
        // Each does what the one before does and one thing more: the profile of a step.
        round.Add("branches", at => Each(at, x => Step(x, backward: false, update: false)));
        round.Add("backward", at => Each(at, x => Step(x, backward: true, update: false)));
        round.Add("train", at => Each(at, x => Step(x, backward: true, update: true)));
        round.Run(rounds, cancellationToken);

        figures[$"train_vs_forward.{name}"] = round.Ratio("train", "forward");
        figures[$"branches_vs_forward.{name}"] = round.Ratio("branches", "forward");
        figures[$"backward_vs_forward.{name}"] = round.Ratio("backward", "forward");
        figures[$"forward_ms.{name}"] = round.Milliseconds("forward", Images);
        figures[$"train_ms.{name}"] = round.Milliseconds("train", Images);

        void Step(Tensor x, bool backward, bool update)
        {
            exits.SetTraining(true);
            var (features, backbone) = exits.RunBackbone(x);
            var outputs = exits.Branches.Zip(features, (branch, feature) => branch.Run(feature)).ToArray();
            if (backward)
            {
                optimizer.zero_grad();
                loss(new ExitBatch(backbone, [.. outputs.Select(output => output.Logits)], [.. outputs.Select(output => output.Confidence)], exits.PaperCosts)).backward();
            }

            if (update)
            {
                optimizer.step();
            }
        }

        void Each(int at, Action<Tensor> step)
        {
            var random = new Random(at);
            foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(Batch))
            {
                using var scope = NewDisposeScope();
                step(tensor(augmenter.Random(images, indexes, images.Size, random), [indexes.Length, ImageSet.Channels, images.Size, images.Size]));
            }
        }
    }
}
