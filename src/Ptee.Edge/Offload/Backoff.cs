namespace Ptee.Edge.Offload;

/// <summary>How long to wait before the next attempt: exponential with full jitter.</summary>
/// <remarks>
/// Attempt n waits a uniform random part of min(<see cref="Cap"/>, <see cref="First"/> · 2^n), so devices that lost
/// one server together do not come back together. Source: Brooker, "Exponential backoff and jitter", AWS 2015.
/// </remarks>
internal sealed class Backoff(Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(5);

    private TimeSpan _ceiling = First;

    public TimeSpan Next()
    {
        var wait = _ceiling * random.NextDouble();
        _ceiling = _ceiling * 2 < Cap ? _ceiling * 2 : Cap;
        return wait;
    }

    /// <summary>The server has proved useful: the next loss starts small again.</summary>
    public void Reset() => _ceiling = First;
}
