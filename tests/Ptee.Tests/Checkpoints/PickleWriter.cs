using System.Buffers.Binary;
using System.Text;
using Ptee.Shared.Weights;

namespace Ptee.Tests.Checkpoints;

/// <summary>Writes pickles opcode by opcode, protocol 2 as torch does: good ones and bad ones.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter(byte protocol = 2) => Raw(0x80, protocol);

    public byte[] Stop()
    {
        Raw((byte)'.');
        return [.. _bytes];
    }

    public PickleWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Op(char opcode) => Raw((byte)opcode);

    public PickleWriter Mark() => Op('(');

    public PickleWriter Dict() => Op('}');

    /// <summary>To the mark: keys and values go into the dict below it.</summary>
    public PickleWriter SetItems() => Op('u');

    /// <summary>To the mark.</summary>
    public PickleWriter Tuple() => Op('t');

    public PickleWriter Call() => Op('R');

    public PickleWriter Text(string text) =>
        Op('X').Raw(Bytes(Encoding.UTF8.GetByteCount(text))).Raw(Encoding.UTF8.GetBytes(text));

    public PickleWriter Number(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return number is >= 0 and <= byte.MaxValue ? Op('K').Raw((byte)number) : Raw(0x8A, sizeof(long)).Raw(bytes);
    }

    public PickleWriter Float(double number)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        return Op('G').Raw(bytes);
    }

    public PickleWriter Global(string module, string name) =>
        Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Put(uint number) => Op('r').Raw(Bytes((int)number));

    public PickleWriter Get(uint number) => Op('j').Raw(Bytes((int)number));

    /// <summary>An empty OrderedDict.</summary>
    public PickleWriter OrderedDict() => Global("collections", "OrderedDict").Op(')').Call();

    public PickleWriter Numbers(params long[] numbers) =>
        numbers.Aggregate(Mark(), (writer, number) => writer.Number(number)).Tuple();

    /// <summary>The persistent id of a storage; its key is a text even where it is a number.</summary>
    /// <param name="more">Writes what the older format has after the count.</param>
    public PickleWriter Storage(string type, string key, long count, Action<PickleWriter>? more = null)
    {
        Mark().Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count);
        more?.Invoke(this);
        return Tuple().Op('Q');
    }

    /// <summary><c>_rebuild_tensor_v2(storage, offset, size, strides, requires_grad, hooks)</c>.</summary>
    public PickleWriter Tensor(Action<PickleWriter> storage, long offset, long[] size, long[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Mark();
        storage(this);
        return Number(offset).Numbers(size).Numbers(strides).Raw(0x89).OrderedDict().Tuple().Call();
    }

    /// <summary>A dict of whole float32 tensors; the storages are numbered from a number on.</summary>
    public PickleWriter Tensors(IEnumerable<KeyValuePair<string, Weight>> weights, int from = 0)
    {
        OrderedDict().Mark();
        foreach (var (index, (key, weight)) in weights.Index())
        {
            var strides = new long[weight.Shape.Count];
            for (long d = strides.Length - 1, step = 1; d >= 0; step *= weight.Shape[(int)d], d--)
            {
                strides[d] = step;
            }

            Text(key).Tensor(w => w.Storage("FloatStorage", $"{from + index}", weight.Values.Length), 0, [.. weight.Shape.Select(size => (long)size)], strides);
        }

        return SetItems();
    }

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
