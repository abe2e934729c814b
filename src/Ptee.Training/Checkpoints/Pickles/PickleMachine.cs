using System.Numerics;
using Ptee.Shared;
using Ptee.Training.Checkpoints.Tensors;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>
/// A closed interpreter of the opcodes that checkpoints are written with. It builds values and can run nothing: a name
/// that no tensor needs, and all that would be made with it, is an opaque value.
/// </summary>
/// <param name="storages">Answers the persistent ids.</param>
internal sealed class PickleMachine(PickleInput input, StorageTable storages)
{
    private const int OldestProtocol = 2;
    private const int NewestProtocol = 5;

    private readonly PickleStack _stack = new();
    private readonly PickleMemo _memo = new();
    private long _steps;

    /// <summary>Reads one pickle, up to and with its STOP.</summary>
    /// <returns>The value that it holds; see <see cref="PickleValue"/>.</returns>
    /// <exception cref="PteeFormatException">It ends early, goes beyond a limit or asks for what is not allowed.
    /// </exception>
    public object? Run()
    {
        while (true)
        {
            Spend(1);
            var at = input.Position;
            var opcode = input.Byte();
            if (opcode == Opcodes.Stop)
            {
                return _stack.Count == 1
                    ? _stack.Pop()
                    : throw new PteeFormatException($"the pickle ends with {_stack.Count} values, expected 1");
            }

            if (!(TryConstant(opcode) || TryContainer(opcode) || TryStack(opcode) || TryObject(opcode)))
            {
                throw new PteeFormatException(
                    $"pickle has opcode 0x{opcode:X2} at byte {at}, which a checkpoint does not need; refused");
            }
        }
    }

    private bool TryConstant(byte opcode)
    {
        (bool Known, object? Value) constant = opcode switch
        {
            Opcodes.None => (true, null),
            Opcodes.NewTrue => (true, true),
            Opcodes.NewFalse => (true, false),
            Opcodes.BinInt => (true, (long)input.Int32()),
            Opcodes.BinInt1 => (true, (long)input.Byte()),
            Opcodes.BinInt2 => (true, (long)input.UInt16()),
            Opcodes.Long1 => Integer(input.Take(input.Byte()).Span),
            Opcodes.BinFloat => (true, input.BigEndianDouble()),
            Opcodes.BinUnicode => (true, input.Text(input.UInt32())),
            Opcodes.ShortBinUnicode => (true, input.Text(input.Byte())),
            Opcodes.BinUnicode8 => (true, input.Text(input.Int64())),
            Opcodes.BinString => (true, input.Latin1(input.Int32())),
            Opcodes.ShortBinString => (true, input.Latin1(input.Byte())),
            Opcodes.BinBytes => (true, input.Take(input.UInt32())),
            Opcodes.ShortBinBytes => (true, input.Take(input.Byte())),
            Opcodes.BinBytes8 or Opcodes.ByteArray8 => (true, input.Take(input.Int64())),
            _ => (false, null),
        };
        if (constant.Known)
        {
            _stack.Push(constant.Value);
        }

        return constant.Known;
    }

    private bool TryContainer(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.EmptyTuple:
                return Push(Array.Empty<object?>());
            case Opcodes.Tuple1 or Opcodes.Tuple2 or Opcodes.Tuple3:
                return Push(_stack.Pop(opcode - Opcodes.Tuple1 + 1));
            case Opcodes.Tuple:
                return Push(_stack.PopToMark());
            case Opcodes.EmptyList:
                return Push(new List<object?>());
            case Opcodes.Append:
                return Extend(_stack.Pop(1));
            case Opcodes.Appends:
                return Extend(_stack.PopToMark());
            case Opcodes.EmptyDict:
                return Push(new PickleDict());
            case Opcodes.SetItem:
                return SetItems(_stack.Pop(2));
            case Opcodes.SetItems:
                return SetItems(_stack.PopToMark());
            case Opcodes.EmptySet:
                return Push(new PickleOpaque("builtins.set"));
            case Opcodes.AddItems:
                return Extend(_stack.PopToMark());
            case Opcodes.FrozenSet:
                _stack.PopToMark();
                return Push(new PickleOpaque("builtins.frozenset"));
            default:
                return false;
        }
    }

    private bool TryStack(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Mark:
                _stack.Mark();
                return true;
            case Opcodes.Pop:
                _stack.Pop();
                return true;
            case Opcodes.PopMark:
                _stack.PopToMark();
                return true;
            case Opcodes.BinPut:
                _memo.Put(input.Byte(), _stack.Peek());
                return true;
            case Opcodes.LongBinPut:
                _memo.Put(input.UInt32(), _stack.Peek());
                return true;
            case Opcodes.Memoize:
                _memo.Put(_stack.Peek());
                return true;
            case Opcodes.BinGet:
                return Push(_memo.Get(input.Byte()));
            case Opcodes.LongBinGet:
                return Push(_memo.Get(input.UInt32()));
            default:
                return false;
        }
    }

    private bool TryObject(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Proto:
                CheckProtocol(input.Byte());
                return true;
            case Opcodes.Frame:
                input.Int64(); // A hint for buffering; the opcodes inside are read like any other.
                return true;
            case Opcodes.Global:
                return Push(PickleGlobals.Get(input.Line(), input.Line()));
            case Opcodes.StackGlobal:
                var names = _stack.Pop(2);
                return Push(PickleGlobals.Get(
                    PickleValue.As<string>(names[0], "a module"), PickleValue.As<string>(names[1], "a name")));
            case Opcodes.Reduce or Opcodes.NewObject:
                return Call(_stack.Pop());
            case Opcodes.NewObjectEx:
                _stack.Pop(); // Named arguments: no function of ours has any.
                return Call(_stack.Pop());
            case Opcodes.Build:
                return Build();
            case Opcodes.BinPersId:
                return Push(storages.Find(_stack.Pop()));
            default:
                return false;
        }
    }

    private bool Push(object? value)
    {
        _stack.Push(value);
        return true;
    }

    private bool Extend(object?[] items)
    {
        if (_stack.Peek() is not PickleOpaque) // A set's items, or those of a kind of list: never used.
        {
            PickleValue.As<List<object?>>(_stack.Peek(), "an append").AddRange(items);
        }

        return true;
    }

    private bool SetItems(object?[] keysAndValues)
    {
        var dict = _stack.Peek() is PickleOpaque opaque
            ? opaque.MakeItems()
            : PickleValue.As<PickleDict>(_stack.Peek(), "a dict's items");
        dict.AddAll(keysAndValues);
        return true;
    }

    private bool Call(object? given)
    {
        var arguments = PickleValue.As<object?[]>(given, "a call's arguments");
        var callee = _stack.Pop();
        if (callee is PickleClass or PickleOpaque)
        {
            // Objects of old classes are made by a function of copyreg's, which is given the class.
            var made = arguments is [PickleClass first, ..] ? first.Name : (callee as PickleClass)?.Name ?? ((PickleOpaque)callee).Name;
            return Push(new PickleOpaque(made));
        }

        var function = PickleValue.As<PickleFunction>(callee, "a call");
        // A call may walk the lists that it is given, and the memo can hand the same long list to many calls.
        Spend(arguments.OfType<List<object?>>().Sum(list => (long)list.Count));
        return Push(function.Call(arguments));
    }

    /// <summary>An OrderedDict's attributes (a state dict's <c>_metadata</c>) hold no weights.</summary>
    private bool Build()
    {
        var state = _stack.Pop();
        if (_stack.Peek() is PickleOpaque opaque)
        {
            opaque.State = state;
            return true;
        }

        PickleValue.As<PickleDict>(_stack.Peek(), "an object with attributes");
        return true;
    }

    private void Spend(long steps)
    {
        _steps += steps;
        if (_steps > CheckpointLimits.MaxSteps)
        {
            throw new PteeFormatException($"the pickle takes more than {CheckpointLimits.MaxSteps} steps");
        }
    }

    private static void CheckProtocol(byte protocol)
    {
        if (protocol is < OldestProtocol or > NewestProtocol)
        {
            throw new PteeFormatException(
                $"the pickle has protocol {protocol}, expected {OldestProtocol} to {NewestProtocol}");
        }
    }

    /// <summary>A <see cref="long"/> where it fits one, as every number but torch's magic number does.</summary>
    private static (bool Known, object? Value) Integer(ReadOnlySpan<byte> littleEndian)
    {
        var number = new BigInteger(littleEndian);
        // Not one expression with "? :", which would make a BigInteger of every long.
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            return (true, (long)number);
        }

        return (true, number);
    }
}
