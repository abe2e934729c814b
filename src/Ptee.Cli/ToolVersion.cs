namespace Ptee.Cli;

/// <summary>What goes into provenance.</summary>
internal static class ToolVersion
{
    public static string Name => $"ptee {typeof(ToolVersion).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>As typed; folders of paths are left out, they say something of the machine and nothing of the model.</summary>
    public static string CommandLine => string.Join(' ', Environment.GetCommandLineArgs().Skip(1)
        .Select(word => Path.IsPathRooted(word) ? Path.GetFileName(word) : word).Prepend("ptee"));
}
