using Ptee.Shared.IO;
using Ptee.Training.Folders;
using Ptee.Training.Progress;
using TorchSharp.Modules;

namespace Ptee.Training.ExitTraining;

/// <summary>A folder from which training with exits can go on: weights, the best weights so far, and the optimizer's state.</summary>
/// <param name="folder">Made by <see cref="Resume"/>, which comes before the first <see cref="Save"/>.</param>
/// <param name="resume">False: <see cref="Resume"/> deletes a checkpoint that is there, and begins anew.</param>
public sealed class ExitCheckpoint(string folder, bool resume = true)
{
    private string State => Path.Combine(folder, "state.json");

    /// <summary>Takes over the last checkpoint's weights, or starts when there is none.</summary>
    /// <param name="run">All that the run depends on, as text.</param>
    /// <exception cref="Shared.PteeFormatException">The checkpoint is damaged, of another model or of another run.</exception>
    public ExitTrainingState Resume(ILearner learner, string run)
    {
        if (Resuming.TryBeginAnew(State, resume))
        {
            return ExitTrainingState.Start;
        }

        var saved = JsonFile.Read<Saved>(State);
        Resuming.RequireSameRun(State, saved.Run, run);
        learner.SetWeights(ModelFolder.ReadWeights(Weights(saved.Epochs)));
        return new ExitTrainingState(saved.Epochs, saved.BestEpoch, saved.BestCost, ModelFolder.ReadWeights(BestWeights(saved.BestEpoch)));
    }

    /// <summary>Takes over the state that the optimizer had after <paramref name="epochs"/>.</summary>
    /// <exception cref="Shared.PteeFormatException">It is damaged, or of other parameters.</exception>
    public void ResumeOptimizer(OptimizerHelper optimizer, int epochs) => Resuming.LoadOptimizer(optimizer, Optimizer(epochs));

    /// <summary>The state file is written last, so it never names files that are not whole.</summary>
    public void Save(ILearner learner, OptimizerHelper optimizer, ExitTrainingState state, string run)
    {
        ModelFolder.WriteWeights(Weights(state.Epochs), learner.CopyWeights());
        optimizer.save_state_dict(Optimizer(state.Epochs));
        var best = BestWeights(state.BestEpoch);
        ModelFolder.WriteWeights(best, state.BestWeights);
        JsonFile.Write(State, new Saved(state.Epochs, state.BestEpoch, state.BestCost, run));
        File.Delete(Weights(state.Epochs - 1));
        File.Delete(Optimizer(state.Epochs - 1));
        foreach (var former in Directory.EnumerateFiles(folder, Path.GetFileName(BestWeights("*"))).Where(file => file != best).ToArray())
        {
            File.Delete(former);
        }
    }

    private string Weights(int epochs) => Path.Combine(folder, $"weights-{epochs}.safetensors");

    private string BestWeights(object epoch) => Path.Combine(folder, $"best-{epoch}.safetensors");

    private string Optimizer(int epochs) => Path.Combine(folder, $"optimizer-{epochs}.bin");

    private sealed record Saved(int Epochs, int BestEpoch, double BestCost, string Run);
}
