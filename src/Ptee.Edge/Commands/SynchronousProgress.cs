namespace Ptee.Edge.Commands;

/// <summary>Reports where it is called: <see cref="Progress{T}"/> posts, so its lines could come late.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
