using Ptee.Data;

namespace Ptee.Tests.Data;

/// <summary>The real data sets, where $PTEE_DATA says they are.</summary>
internal static class DataRoot
{
    /// <summary>The data root that holds <paramref name="file"/>, else the test is skipped; in CI it fails.</summary>
    public static string With(string file)
    {
        var root = Environment.GetEnvironmentVariable(DataSets.RootVariable);
        if (!string.IsNullOrEmpty(root) && File.Exists(Path.Combine(root, file)))
        {
            return root;
        }

        var reason = $"{DataSets.RootVariable} ('{root}') has no {file}: 'ptee data get' fetches it";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.Skip(reason);
        return "";
    }
}
