using Ptee.Model;
using Ptee.Shared.IO;
using Ptee.Training.Folders;
using Ptee.Training.Progress;
using TorchSharp.Modules;

namespace Ptee.Training.BackboneTraining;

/// <summary>A folder from which backbone training can go on: weights, optimizer state, and the epochs that are done.</summary>
/// <param name="folder">Made by <see cref="Resume"/>, which comes before the first <see cref="Save"/>.</param>
/// <param name="resume">False: <see cref="Resume"/> deletes a checkpoint that is there, and begins anew.</param>
public sealed class BackboneCheckpoint(string folder, bool resume = true)
{
    private string State => Path.Combine(folder, "state.json");

    /// <summary>Takes over the last checkpoint.</summary>
    /// <param name="run">All that the run depends on, as text.</param>
    /// <returns>Epochs that are done; 0 when there is no checkpoint.</returns>
    /// <exception cref="Shared.PteeFormatException">It is damaged, or of another run.</exception>
    public int Resume(BackboneNetwork network, OptimizerHelper optimizer, string run)
    {
        if (Resuming.TryBeginAnew(State, resume))
        {
            return 0;
        }

        var (epochs, savedRun) = JsonFile.Read<Progressed>(State);
        Resuming.RequireSameRun(State, savedRun, run);
        network.SetWeights(ModelFolder.ReadWeights(Weights(epochs)));
        Resuming.LoadOptimizer(optimizer, Optimizer(epochs));
        return epochs;
    }

    /// <summary>The state file is written last, so it never names files that are not whole.</summary>
    public void Save(BackboneNetwork network, OptimizerHelper optimizer, int epochs, string run)
    {
        ModelFolder.WriteWeights(Weights(epochs), network.CopyWeights());
        optimizer.save_state_dict(Optimizer(epochs));
        JsonFile.Write(State, new Progressed(epochs, run));
        File.Delete(Weights(epochs - 1));
        File.Delete(Optimizer(epochs - 1));
    }

    private string Weights(int epochs) => Path.Combine(folder, $"weights-{epochs}.safetensors");

    private string Optimizer(int epochs) => Path.Combine(folder, $"optimizer-{epochs}.bin");

    private sealed record Progressed(int Epochs, string Run);
}
