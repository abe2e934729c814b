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

        var (name, weight) = Assert.Single(checkpoint.Weights);
        Assert.Equal("w", name);
        Assert.Equal("2x3", weight.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5], weight.Values);
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
    public void Whole_numbers_are_refused_by_name()
    {
        var pickle = StateDict(w => w.Tensor(s => s.Storage("IntStorage", "0", 6), 0, [6], [1]));

        var fault = Assert.Throws<PteeFormatException>(() => Read(Zip(pickle, ("0", Six))));

        Assert.Equal("test: tensor 'w' holds int32, expected float32, float16, bfloat16 or float64", fault.Message);
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

    [Theory]
    [InlineData("state_dict", "w", "w")]
    [InlineData("model", "w", "w")]
    [InlineData("model_state_dict", "module.w", "w")]
    [InlineData("net", "module.w", "w")]
    [InlineData("another", "w", null)]
    public void Weights_are_found_under_the_usual_names(string wrapper, string key, string? expected)
    {
        var pickle = new PickleWriter().Dict().Mark().Text("epoch").Number(1)
            .Text(wrapper).Dict().Mark().Text(key).Tensor(Storage("0"), 0, [6], [1]).SetItems()
            .SetItems().Stop();

        if (expected is not null)
        {
            Assert.Equal([expected], Read(Zip(pickle, ("0", Six))).Keys);
            return;
        }

        Assert.Equal(
            "test: no tensors: expected a state dict, or one under state_dict, model_state_dict, model, net; "
            + "got a dict of 'epoch', 'another'",
            Assert.Throws<PteeFormatException>(() => Read(Zip(pickle, ("0", Six)))).Message);
    }

    [Fact]
    public void The_prefix_stays_where_not_every_key_has_it()
    {
        var pickle = new PickleWriter().Dict().Mark()
            .Text("module.a").Tensor(Storage("0"), 0, [6], [1])
            .Text("b").Tensor(Storage("0"), 0, [6], [1]).SetItems().Stop();

        Assert.Equal(["module.a", "b"], Read(Zip(pickle, ("0", Six))).Keys);
    }

    [Fact]
    public void Weights_in_two_places_are_not_guessed_at()
    {
        var pickle = new PickleWriter().Dict().Mark()
            .Text("net").Dict().Mark().Text("a").Tensor(Storage("0"), 0, [6], [1]).SetItems()
            .Text("b").Tensor(Storage("0"), 0, [6], [1]).SetItems().Stop();

        Assert.Equal(
            "test: tensors in several places: 'net', 'b'; expected one state dict",
            Assert.Throws<PteeFormatException>(() => Read(Zip(pickle, ("0", Six)))).Message);
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

    private static IReadOnlyDictionary<string, Weight> Read(byte[] file) => Checkpoint.Parse(file, "test").Weights;
}
