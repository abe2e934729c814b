using Ptee.Shared.IO;
using Ptee.Training.Folders;
using TorchSharp.Modules;

namespace Ptee.Training.ExitTraining;

/// <summary>A folder from which branch training can go on: weights, the best weights so far, and Adam's state.</summary>
public sealed class ExitCheckpoint(string folder)
{
    private string State => Path.Combine(folder, "state.json");

    private string BestWeights => Path.Combine(folder, "best.safetensors");

    /// <summary>Takes over the last checkpoint, or starts when there is none.</summary>
    /// <exception cref="Shared.PteeFormatException">The checkpoint is damaged or of other exits.</exception>
    public ExitTrainingState Resume(StagedExits exits, OptimizerHelper optimizer)
    {
        if (!File.Exists(State))
        {
            return ExitTrainingState.Start;
        }

        var saved = JsonFile.Read<Saved>(State);
        exits.SetWeights(ModelFolder.ReadWeights(Weights(saved.Epochs)));
        optimizer.load_state_dict(Optimizer(saved.Epochs));
        return new ExitTrainingState(saved.Epochs, saved.BestEpoch, saved.BestCost, ModelFolder.ReadWeights(BestWeights));
    }

    /// <summary>The state file is written last, so it never names files that are not whole.</summary>
    public ExitTrainingState Save(StagedExits exits, OptimizerHelper optimizer, ExitTrainingState state)
    {
        Directory.CreateDirectory(folder);
        ModelFolder.WriteWeights(Weights(state.Epochs), exits.CopyWeights());
        optimizer.save_state_dict(Optimizer(state.Epochs));
        ModelFolder.WriteWeights(BestWeights, state.BestWeights);
        JsonFile.Write(State, new Saved(state.Epochs, state.BestEpoch, state.BestCost));
        File.Delete(Weights(state.Epochs - 1));
        File.Delete(Optimizer(state.Epochs - 1));
        return state;
    }

    private string Weights(int epochs) => Path.Combine(folder, $"weights-{epochs}.safetensors");

    private string Optimizer(int epochs) => Path.Combine(folder, $"optimizer-{epochs}.bin");

    private sealed record Saved(int Epochs, int BestEpoch, double BestCost);
}
