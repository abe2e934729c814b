namespace Ptee.Tests.EndToEnd;

/// <summary>How a program ended and what it said.</summary>
internal sealed record ProgramRun(int Status, string Output, string Error)
{
    /// <summary>The one line that wrong input gets.</summary>
    public string ErrorLine
    {
        get
        {
            Assert.Equal(1, Status);
            return Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }
}
