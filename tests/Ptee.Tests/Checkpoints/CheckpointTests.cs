using System.IO.Compression;
using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;
using static Ptee.Tests.Checkpoints.CheckpointFiles;

namespace Ptee.Tests.Checkpoints;

/// <summary>What PyTorch can write, put together by hand in both of its formats.</summary>
public sealed class CheckpointTests
{
    private static readonly byte[] Six = Floats(0, 1, 2, 3, 4, 5);

    public enum Layout
    {
        Legacy,
        Zip,
    }

    [Theory]
    [InlineData(Layout.Legacy)]
    [InlineData(Layout.Zip)]
    public void A_state_dict_is_read_with_what_torch_puts_round_it(Layout layout)
    {
        // {'epoch': 3, 'state_dict': OrderedDict(…) with _metadata, 'best_acc1': tensor(…), 'optimizer': {…}}
        var pickle = new PickleWriter().Dict().Mark()
            .Text("epoch").Number(3)
            .Text("arch").Text("resnet20")
            .Text("state_dict").OrderedDict().Mark()
            .Text("module.w").Tensor(Storage("0"), 0, [2, 3], [3, 1])
            .Text("module.bn.num_batches_tracked").Tensor(w => w.Storage("LongStorage", "1", 1), 0, [], [])
            .SetItems().Dict().Mark().Text("_metadata").OrderedDict().SetItems().Op('b')
            .Text("best_acc1").Tensor(Storage("0"), 5, [], [])
            .Text("optimizer").Dict().Mark()
            .Text("state").Dict().Mark().Number(0).Dict().SetItems()
            .Text("lr").Float(0.1)
            .Text("betas").Float(0.9).Float(0.999).Raw(0x86)
            .Text("nesterov").Raw(0x88)
            .Text("big").Number(long.MinValue)
            .SetItems()
            .SetItems().Stop();

        var checkpoint = layout == Layout.Zip
            ? Checkpoint.Parse(Zip(pickle, ("0", Six), ("1", new byte[8])), "test")
            : Checkpoint.Parse(Legacy(pickle, true, [("1", 1, new byte[8]), ("0", 6, Six)]), "test");

        Assert.Equal(["", "state_dict"], checkpoint.StateDicts.Select(dict => dict.Path));
        Assert.Equal(["module.w (2x3)", "module.bn.num_batches_tracked (scalar int64)"], checkpoint.StateDicts[1].Tensors.Select(tensor => $"{tensor.Key} ({tensor.Value})"));
        Assert.Equal([0, 1, 2, 3, 4, 5], Weights(checkpoint)["state_dict.module.w"].Values);
        Assert.Equal([5], Weights(checkpoint)["best_acc1"].Values);
    }

    [Theory]
    [InlineData(0, new long[] { 3, 2 }, new long[] { 1, 3 }, new float[] { 0, 3, 1, 4, 2, 5 })] // Transposed.
    [InlineData(1, new long[] { 2 }, new long[] { 3 }, new float[] { 1, 4 })] // A column.
    [InlineData(5, new long[] { 1, 1 }, new long[] { long.MaxValue, 9 }, new float[] { 5 })] // A 1's stride is free.
    [InlineData(2, new long[] { 2, 2 }, new long[] { 0, 1 }, new float[] { 2, 3, 2, 3 })] // Expanded.
    [InlineData(4, new long[] { }, new long[] { }, new float[] { 4 })]
    [InlineData(6, new long[] { 0, 7 }, new long[] { 7, 1 }, new float[] { })]
    public void A_view_is_gathered_row_by_row(long offset, long[] size, long[] strides, float[] expected)
    {
        var pickle = StateDict(w => w.Tensor(Storage("0"), offset, size, strides));

        Assert.Equal(expected, Read(Zip(pickle, ("0", Six)))["w"].Values);
        Assert.Equal(expected, Read(Legacy(pickle, ("0", Six)))["w"].Values);
    }

    [Theory]
    [InlineData(0, new long[] { 7 }, new long[] { 1 })]
    [InlineData(1, new long[] { 2, 3 }, new long[] { 3, 1 })]
    [InlineData(6, new long[] { }, new long[] { })]
    [InlineData(-1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(5, new long[] { 2 }, new long[] { -1 })]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(0, new long[] { 3 }, new long[] { 4611686018427387904 })] // The last value's place wraps to below 0.
    [InlineData(0, new long[] { 2, 2 }, new long[] { 4611686018427387904, 4611686018427387904 })]
    [InlineData(0, new long[] { 2 }, new long[] { 1, 1 })]
    [InlineData(0, new long[] { -2 }, new long[] { 1 })]
    [InlineData(long.MaxValue, new long[] { 2 }, new long[] { 1 })]
    [InlineData(0, new long[] { 65536, 65536 }, new long[] { 0, 0 })]
    public void A_view_beyond_its_storage_is_refused(long offset, long[] size, long[] strides)
    {
        var pickle = StateDict(w => w.Tensor(Storage("0"), offset, size, strides));

        var fault = Assert.Throws<PteeFormatException>(() => Read(Zip(pickle, ("0", Six))));

        Assert.StartsWith("test: a tensor of storage '0' (6 float32)", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HalfStorage", "003E00C0", new[] { 1.5f, -2f })]
    [InlineData("BFloat16Storage", "C03F00C0", new[] { 1.5f, -2f })]
    [InlineData("DoubleStorage", "000000000000F83F00000000000000C0", new[] { 1.5f, -2f })]
    public void Other_floating_point_types_become_float32(string type, string hex, float[] expected)
    {
        var pickle = StateDict(w => w.Tensor(s => s.Storage(type, "0", 2), 0, [2], [1]));

        Assert.Equal(expected, Read(Zip(pickle, ("0", Convert.FromHexString(hex))))["w"].Values);
    }

    [Fact]
    public void Deflated_entries_and_parameters_are_read()
    {
        var pickle = StateDict(w => w.Global("torch._utils", "_rebuild_parameter").Mark()
            .Tensor(Storage("0"), 0, [6], [1]).Raw(0x88).OrderedDict().Tuple().Call());

        var file = Zip(CompressionLevel.Optimal, ("data.pkl", pickle), ("data/0", Six));

        Assert.Equal([0, 1, 2, 3, 4, 5], Read(file)["w"].Values);
    }

    [Fact]
    public void Protocol_4_with_frames_and_its_own_memo_is_read()
    {
        var pickle = new PickleWriter(protocol: 4).Raw(0x95, 99, 0, 0, 0, 0, 0, 0, 0).Dict().Raw(0x94)
            .Raw(0x8C, 1, (byte)'w').Raw(0x94)
            .Raw(0x8C, 12).Raw("torch._utils"u8).Raw(0x8C, 18).Raw("_rebuild_tensor_v2"u8).Raw(0x93)
            .Mark().Storage("FloatStorage", "0", 6).Number(0).Numbers(6).Numbers(1).Raw(0x89).OrderedDict()
            .Tuple().Call().Op('s').Stop();

        Assert.Equal([0, 1, 2, 3, 4, 5], Read(Zip(pickle, ("0", Six)))["w"].Values);
    }

    [Fact]
    public void Python_2s_texts_ordered_dict_and_shared_storages_are_read()
    {
        // OrderedDict([['w', tensor]]), where the storage is values 2 to 4 of another.
        var pickle = new PickleWriter().Global("collections", "OrderedDict").Op(']').Op(']')
            .Raw((byte)'U', 1, (byte)'w')
            .Op('a')
            .Tensor(w => w.Storage("FloatStorage", "0", 6, View), 1, [2], [1])
            .Op('a').Op('a').Raw(0x85).Call().Stop();

        Assert.Equal([3, 4], Read(Legacy(pickle, ("0", Six)))["w"].Values);

        static void View(PickleWriter writer) => writer.Mark().Text("v").Number(2).Number(3).Tuple();
    }

    [Fact]
    public void Tensors_that_share_a_storage_do_not_share_their_values()
    {
        var pickle = new PickleWriter().Dict().Mark()
            .Text("a").Tensor(Storage("0"), 0, [6], [1])
            .Text("b").Tensor(Storage("0"), 0, [6], [1]).SetItems().Stop();

        var weights = Read(Zip(pickle, ("0", Six)));

        Assert.Equal(weights["a"].Values, weights["b"].Values);
        Assert.NotSame(weights["a"].Values, weights["b"].Values);
    }

    [Fact]
    public void Every_dict_of_tensors_is_found_with_its_place_in_dicts_lists_tuples_and_kinds_of_dicts()
    {
        // {'a': {'b': {'w'}}, 'l': [3, ({'w'},)], 'd': AttributeDict({'w'}), 'w'}
        var pickle = new PickleWriter().Dict().Mark()
            .Text("a").Dict().Text("b").Dict().Text("w").Tensor(Storage("0"), 0, [6], [1]).Op('s').Op('s')
            .Text("l").Op(']').Mark().Number(3).Dict().Text("w").Tensor(Storage("0"), 0, [6], [1]).Op('s').Raw(0x85).Op('e')
            .Text("d").Global("somebody.utilities", "AttributeDict").Op(')').Raw(0x81).Text("w").Tensor(Storage("0"), 0, [6], [1]).Op('s')
            .Text("w").Tensor(Storage("0"), 0, [6], [1])
            .SetItems().Stop();

        Assert.Equal(["", "d", "a.b", "l.1.0"], Checkpoint.Parse(Zip(pickle, ("0", Six)), "test").StateDicts.Select(dict => dict.Path));
    }

    [Fact]
    public void What_lies_beside_the_weights_is_read_past_whatever_it_is()
    {
        // NEWOBJ_EX with BUILD, a set, a frozenset, a value dropped again, a quantized storage, a bytearray.
        var pickle = new PickleWriter(protocol: 4).Dict().Mark()
            .Text("args").Global("argparse", "Namespace").Op(')').Dict().Raw(0x92).Dict().Text("lr").Float(0.1).Op('s').Op('b')
            .Text("done").Raw(0x8F).Mark().Number(1).Number(2).Raw(0x90)
            .Text("kinds").Mark().Number(1).Raw(0x91)
            .Text("dropped").Number(1).Number(2).Op('0')
            .Text("q").Tensor(w => w.Storage("QInt8Storage", "9", 6), 0, [6], [1])
            .Text("bytes").Raw(0x96, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2)
            .Text("w").Tensor(Storage("0"), 0, [6], [1])
            .SetItems().Stop();

        Assert.Equal(["w"], Read(Zip(pickle, ("0", Six))).Keys);
    }

    [Fact]
    public void Nothing_is_read_of_tensors_that_nobody_asks_for()
    {
        var pickle = new PickleWriter().Dict().Mark()
            .Text("w").Tensor(Storage("0"), 0, [6], [1])
            .Text("not there").Tensor(Storage("1"), 0, [6], [1]).SetItems().Stop();

        var tensors = Checkpoint.Parse(Zip(pickle, ("0", Six)), "test").StateDicts[0].Tensors;

        Assert.Equal([0, 1, 2, 3, 4, 5], tensors[0].Value.Read().Values);
        Assert.Contains("no entry 'archive/data/1'", Assert.Throws<PteeFormatException>(() => tensors[1].Value.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Safetensors_are_known_by_their_content()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(new Dictionary<string, Weight> { ["w"] = new([1], [1f]) }, stream);

        Assert.Equal("safetensors", Checkpoint.Parse(stream.ToArray(), "misnamed.th").Format);
    }

    /// <summary>{'w': …}</summary>
    private static byte[] StateDict(Func<PickleWriter, PickleWriter> value) =>
        value(new PickleWriter().Dict().Text("w")).Op('s').Stop();

    private static Action<PickleWriter> Storage(string key) => writer => writer.Storage("FloatStorage", key, 6);

    private static IReadOnlyDictionary<string, Weight> Read(byte[] file) => Weights(Checkpoint.Parse(file, "test"));
}
