using Ptee.Data;

namespace Ptee.Tests.Data;

/// <summary>Keeps what was reported, on the reporting thread: <see cref="Progress{T}"/> would be late.</summary>
internal sealed class Lines : IProgress<DataProgress>
{
    private readonly List<DataProgress> _all = [];

    public IReadOnlyList<DataProgress> All => _all;

    public void Report(DataProgress value)
    {
        lock (_all)
        {
            _all.Add(value);
        }
    }
}
