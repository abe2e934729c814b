namespace Ptee.Tests;

/// <summary>Real files that nobody here made; where they are not, tests that need them are skipped.</summary>
internal static class TestData
{
    private const string Variable = "PTEE_TEST_DATA";
    private const string Message = $"{Variable} is not set";

    /// <summary>A path below the folder that <c>PTEE_TEST_DATA</c> names.</summary>
    /// <remarks>Skips the test where it is not set; in CI a skip is a failure.</remarks>
    public static string Folder(params string[] parts)
    {
        var root = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(root))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", Message);
            Assert.Skip(Message);
        }

        return Path.Combine([root!, .. parts]);
    }
}
