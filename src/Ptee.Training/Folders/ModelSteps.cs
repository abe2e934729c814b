using Ptee.Shared;

namespace Ptee.Training.Folders;

/// <summary>The steps from a backbone to a bundle: each needs the files of those before it.</summary>
internal static class ModelSteps
{
    /// <summary>Refuses a folder without a file that a step makes.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="PteeFormatException">Names the steps that are missing, in their order.</exception>
    public static void Require(ModelFolder folder, string file)
    {
        if (File.Exists(file))
        {
            return;
        }

        if (!File.Exists(folder.Description))
        {
            _ = folder.ReadDescription(); // Says what makes it.
        }

        (string File, string Command)[] steps =
        [
            (folder.Placement, "ptee place"),
            (folder.ExitWeights, "ptee train"),
            (folder.Calibration, "ptee calibrate"),
        ];
        var missing = steps[..(Array.FindIndex(steps, step => step.File == file) + 1)].Where(step => !File.Exists(step.File)).ToArray();
        var later = string.Join(" and ", missing[1..].Select(step => step.Command));
        throw new PteeFormatException(
            $"{missing[0].File}: not found; run {missing[0].Command} {folder.Path} first{(later.Length > 0 ? $", then {later}" : "")}");
    }
}
