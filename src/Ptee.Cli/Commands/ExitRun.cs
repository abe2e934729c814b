using Ptee.Cli.Output;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using TorchSharp;

namespace Ptee.Cli.Commands;

/// <summary>Trains the exits of a model's folder on its frozen backbone and writes them there or into another folder.</summary>
internal static class ExitRun
{
    /// <param name="source">Has backbone and placement, and exits where only their heads are trained.</param>
    /// <param name="target">The same folder, or one that gets a copy of backbone and placement.</param>
    /// <param name="checkpoint">Written after each epoch.</param>
    /// <returns>How the exits came about.</returns>
    public static Provenance Train(
        ModelFolder source,
        ModelFolder target,
        ExitTrainingOptions options,
        TrainingData set,
        ExitCheckpoint checkpoint,
        CancellationToken cancellationToken)
    {
        var description = source.ReadDescription();
        torch.random.manual_seed(options.Seed);
        using var exits = options.Loss == ExitLosses.Heads ? StagedExits.Open(source) : new StagedExits(source.ReadBackbone(), source.ReadPlacement());
        var before = options.Loss == ExitLosses.Heads ? source.ReadTraining().Source : null;
        var copied = source.IsAt(target.Path) ? null : new PlacedBackbone(description, exits.Network.CopyWeights(), exits.Plan);
        if (copied is not null)
        {
            target.RequireTaking(copied);
        }

        var kept = new ExitTrainer(options, description.Preprocessing).Train(
            exits, set.Train, set.HeldOut, checkpoint, new ConsoleProgress(target.TrainingLog), cancellationToken);
        if (copied is not null)
        {
            target.Write(copied); // Not before: a run that is refused, or stopped, leaves the folder's model as it was.
        }

        var how = before is null ? $"epoch {kept}, {options}" : $"{options.Loss}, after {before}";
        var provenance = Write(target, exits, how, description.Provenance.License, set, options.Seed);
        Console.WriteLine(
            $"{exits.Branches.Count} {(exits.Branches.Count == 1 ? "exit" : "exits")} trained{(kept > 0 ? $", epoch {kept} kept" : "")} -> {target.ExitWeights}");
        return provenance;
    }

    /// <param name="how">For the provenance.</param>
    public static Provenance Write(ModelFolder files, StagedExits exits, string how, string license, TrainingData set, int seed)
    {
        var weights = exits.CopyWeights();
        var provenance = new Provenance(
            how, ModelFolder.Fingerprint(weights), license, set.Name, seed,
            ToolVersion.CommandLine, ToolVersion.Name);
        files.DeleteCalibration(); // First: it is of the exits that were there.
        ModelFolder.WriteWeights(files.ExitWeights, weights);
        JsonFile.Write(files.Training, provenance);
        return provenance;
    }
}
