namespace Ptee.Tests.EndToEnd;

/// <summary>The command <c>ptee</c>, run inside the test.</summary>
internal static class InProcess
{
    /// <summary>Runs it and expects that all goes well.</summary>
    public static async Task Run(params string[] arguments)
    {
        using var error = new StringWriter();
        Assert.True(await Cli.Cli.RunAsync([.. arguments], error) == 0, $"{string.Join(' ', arguments)}: {error}");
    }

    /// <returns>The one line that wrong input gets.</returns>
    public static async Task<string> Refused(params string[] arguments)
    {
        using var error = new StringWriter();
        Assert.Equal(1, await Cli.Cli.RunAsync(arguments, error));
        return Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
