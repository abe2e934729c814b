namespace Ptee.Tests.Edge;

/// <summary>A wait that never ends is a failure, not a stuck build.</summary>
internal static class Waiting
{
    /// <summary>Generous: the machine may be busy with a training run.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static Task<T> Bounded<T>(this Task<T> task) => task.WaitAsync(Bound);

    public static Task Bounded(this Task task) => task.WaitAsync(Bound);

    /// <summary>For what two processes of bytes must come to agree on, with nobody there to signal it.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!holds())
        {
            Assert.False(bound.IsCancellationRequested, otherwise());
            await Task.Yield();
        }
    }
}
