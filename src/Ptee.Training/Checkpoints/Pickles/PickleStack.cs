using System.Runtime.InteropServices;
using Ptee.Shared;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>The interpreter's stack. Nothing below the last mark can be taken, as in CPython.</summary>
internal sealed class PickleStack
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = new();

    public int Count => _values.Count;

    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    public void Push(object? value)
    {
        CheckRoom();
        _values.Add(value);
    }

    public void Mark()
    {
        CheckRoom();
        _marks.Push(_values.Count);
    }

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw Empty();

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>Takes <paramref name="count"/> values, in the order they were pushed.</summary>
    public object?[] Pop(int count) => count <= _values.Count - Floor ? PopFrom(_values.Count - count) : throw Empty();

    /// <summary>Takes the values above the last mark, in the order they were pushed, and the mark.</summary>
    public object?[] PopToMark() =>
        _marks.TryPop(out var mark) ? PopFrom(mark) : throw new PteeFormatException("the pickle lacks a mark");

    private static PteeFormatException Empty() => new("the pickle takes a value from an empty stack");

    private object?[] PopFrom(int start)
    {
        var taken = CollectionsMarshal.AsSpan(_values)[start..].ToArray();
        _values.RemoveRange(start, taken.Length);
        return taken;
    }

    private void CheckRoom()
    {
        if (_values.Count + _marks.Count >= CheckpointLimits.MaxStack)
        {
            throw new PteeFormatException($"the pickle's stack is deeper than {CheckpointLimits.MaxStack} values");
        }
    }
}
