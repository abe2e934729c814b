using Ptee.Cli.Output;
using Ptee.Model;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.JointTraining;
using TorchSharp;

namespace Ptee.Cli.Commands;

/// <summary>Trains the backbone and the exits of a model's folder together and writes both into another folder.</summary>
internal static class JointRun
{
    /// <param name="source">Has backbone and placement; only read.</param>
    /// <param name="target">Another folder.</param>
    /// <param name="set">With labels that are the backbone's classes.</param>
    /// <param name="checkpoint">Written after each epoch.</param>
    /// <returns>How the exits came about.</returns>
    public static Provenance Train(
        ModelFolder source,
        ModelFolder target,
        JointTrainingOptions options,
        TrainingData set,
        ExitCheckpoint checkpoint,
        CancellationToken cancellationToken)
    {
        var (description, plan) = (source.ReadDescription(), source.ReadPlacement());
        torch.random.manual_seed(options.Seed);
        using var start = new StagedExits(
            options.FromScratch ? new BackboneNetwork(Backbones.Build(description.Architecture)) : source.ReadBackbone(), plan);
        var (exits, kept) = new JointTrainer(options, description.Preprocessing).Train(
            start, set.Train, set.HeldOut, checkpoint, new ConsoleProgress(target.TrainingLog), cancellationToken);
        using (exits)
        {
            if (File.Exists(target.Description))
            {
                File.Delete(target.Description); // Without it nothing takes the folder for whole.
                target.DeleteExits(); // A codec among them, which would be of another backbone.
            }

            JsonFile.Write(target.Placement, plan);
            var provenance = ExitRun.Write(target, exits, $"epoch {kept}, {options}", description.Provenance.License, set, options.Seed);
            var weights = exits.Network.CopyWeights();
            var origin = options.FromScratch ? "new weights" : ModelFolder.Fingerprint(start.Network.CopyWeights());
            var ofBackbone = provenance with
            {
                Source = $"{provenance.Source} from {origin}",
                Sha256 = ModelFolder.Fingerprint(weights),
                Data = options.FromScratch ? set.Name : description.Provenance.DataThen(set.Name),
            };
            target.WriteBackbone(description with { Provenance = ofBackbone }, weights);
            Console.WriteLine($"backbone and {plan.Exits.Length} exits trained, epoch {kept} kept -> {target.Path}");
            return provenance;
        }
    }
}
