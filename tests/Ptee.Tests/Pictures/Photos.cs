namespace Ptee.Tests.Imaging;

/// <summary>The real photographs below $PTEE_TEST_DATA.</summary>
internal static class Photos
{
    /// <summary>Their paths; the test is skipped where there are none, and fails in CI.</summary>
    public static string[] Paths() => Directory.GetFiles(TestData.Folder("photos"), "*.JPEG");
}
