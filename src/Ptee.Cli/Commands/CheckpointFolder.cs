namespace Ptee.Cli.Commands;

/// <summary>A training's checkpoint: gone on from when asked, else begun anew.</summary>
internal static class CheckpointFolder
{
    public static string Prepare(string folder, bool resume)
    {
        var state = Path.Combine(folder, "state.json");
        Directory.CreateDirectory(folder);
        if (!resume)
        {
            File.Delete(state); // The state names the other files; without it they mean nothing.
        }

        return folder;
    }
}
