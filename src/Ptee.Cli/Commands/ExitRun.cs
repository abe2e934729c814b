using Ptee.Cli.Output;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using TorchSharp;

namespace Ptee.Cli.Commands;

/// <summary>Trains the exits of a model's folder on its frozen backbone and writes them into it.</summary>
internal static class ExitRun
{
    /// <param name="files">Has backbone and placement.</param>
    /// <param name="checkpoint">Written after each epoch.</param>
    /// <returns>How the exits came about.</returns>
    public static Provenance Train(
        ModelFolder files, ExitTrainingOptions options, TrainingData set, ExitCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var description = files.ReadDescription();
        torch.random.manual_seed(options.Seed);
        using var exits = options.Loss == ExitLosses.Heads ? StagedExits.Open(files) : new StagedExits(files.ReadBackbone(), files.ReadPlacement());
        var kept = new ExitTrainer(options, description.Preprocessing).Train(
            exits, set.Train, set.HeldOut, checkpoint, new ConsoleProgress(files.TrainingLog), cancellationToken);
        var provenance = Write(files, exits, kept > 0 ? $"epoch {kept}, {options}" : $"{options.Loss}, after {Before(files)}", description.Provenance.License, set, options.Seed);
        Console.WriteLine(
            $"{exits.Branches.Count} exits trained{(kept > 0 ? $", epoch {kept} kept" : "")} -> {files.ExitWeights}");
        return provenance;
    }

    private static string Before(ModelFolder files) => JsonFile.Read<Provenance>(files.Training).Source;

    /// <param name="how">For the provenance.</param>
    public static Provenance Write(ModelFolder files, StagedExits exits, string how, string license, TrainingData set, int seed)
    {
        var weights = exits.CopyWeights();
        var provenance = new Provenance(
            how, ModelFolder.Fingerprint(weights), license, $"{set.Train.Name} {set.Train.Fingerprint}", seed,
            ToolVersion.CommandLine, ToolVersion.Name);
        files.DeleteCalibration(); // First: it is of the exits that were there.
        ModelFolder.WriteWeights(files.ExitWeights, weights);
        JsonFile.Write(files.Training, provenance);
        return provenance;
    }
}
