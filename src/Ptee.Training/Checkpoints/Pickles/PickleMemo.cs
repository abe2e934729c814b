using Ptee.Shared;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>Values that the pickle will ask for again, by number.</summary>
/// <remarks>A dictionary, so that one entry with a huge number takes the room of one.</remarks>
internal sealed class PickleMemo
{
    private readonly Dictionary<uint, object?> _values = [];

    public void Put(uint number, object? value)
    {
        _values[number] = value;
        if (_values.Count > CheckpointLimits.MaxMemo)
        {
            throw new PteeFormatException($"the pickle's memo has more than {CheckpointLimits.MaxMemo} entries");
        }
    }

    /// <summary>Under the next number, as protocol 4 does.</summary>
    public void Put(object? value) => Put((uint)_values.Count, value);

    public object? Get(uint number) =>
        _values.TryGetValue(number, out var value)
            ? value
            : throw new PteeFormatException($"the pickle asks for memo entry {number}, which is not there");
}
