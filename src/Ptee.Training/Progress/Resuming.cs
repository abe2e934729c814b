using Ptee.Shared;
using Ptee.Shared.IO;
using TorchSharp.Modules;

namespace Ptee.Training.Progress;

/// <summary>What going on from any checkpoint asks for.</summary>
internal static class Resuming
{
    /// <summary>Makes the folder of a run that begins at its start, and deletes the state of a run before it.</summary>
    /// <remarks>To be called when nothing is left that could refuse the run: what another has trained is lost by it.</remarks>
    /// <returns>False where there is a state to go on from.</returns>
    public static bool TryBeginAnew(string state, bool resume)
    {
        if (resume && File.Exists(state))
        {
            return false;
        }

        AtomicFile.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(state))!);
        File.Delete(state); // The state names the other files; without it they mean nothing.
        return true;
    }

    /// <exception cref="PteeFormatException">The checkpoint is of a run with other options or images: both are named.</exception>
    public static void RequireSameRun(string file, string saved, string now)
    {
        if (saved != now)
        {
            throw new PteeFormatException($"{file} is a checkpoint of '{saved}', this run is '{now}'; --resume needs the same");
        }
    }

    /// <exception cref="PteeFormatException">It is missing, damaged, or of other parameters.</exception>
    public static void LoadOptimizer(OptimizerHelper optimizer, string file)
    {
        try
        {
            optimizer.load_state_dict(file);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // TorchSharp throws whatever its reader stumbles on.
            throw new PteeFormatException(
                $"{file}: not the optimizer's state of this run: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }
}
