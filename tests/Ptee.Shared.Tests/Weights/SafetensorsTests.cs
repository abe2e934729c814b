using System.Text;
using CsCheck;
using Ptee.Shared.Weights;
using static Ptee.Shared.Tests.Weights.SafetensorsFile;

namespace Ptee.Shared.Tests.Weights;

public sealed class SafetensorsTests
{
    private static readonly Gen<Weight> Weight =
        from shape in Gen.Int[0, 4].Array[0, 4]
        from values in Gen.Single.Array[shape.Aggregate(1, (product, size) => product * size)]
        select new Weight(shape, values);

    private static readonly Gen<string> Name =
        Gen.OneOf(Gen.String.AlphaNumeric, Gen.OneOf("é\"\\\n", "layer1.0.bn1.weight", "重"));

    private static readonly Gen<Dictionary<string, Weight>> Weights = Gen.Dictionary(Name, Weight)[0, 6];

    [Fact]
    public void The_bytes_are_those_that_the_format_describes()
    {
        var weights = new Dictionary<string, Weight> { ["b"] = new([], [2f]), ["a"] = new([1, 2], [1f, -1f]) };

        var bytes = Write(weights);

        const string header =
            """{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":"""
            + """{"dtype":"F32","shape":[],"data_offsets":[8,12]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        Assert.Equal(
            Convert.ToHexString([(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0])
            + Convert.ToHexString(Encoding.ASCII.GetBytes(padded))
            + "0000803F" + "000080BF" + "00000040",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void What_is_written_is_read_again() => Weights.Sample(weights =>
    {
        var read = Safetensors.Read(Write(weights), "test");

        Assert.Equal(weights.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, weight) in weights)
        {
            Assert.Equal(weight.Shape, read[name].Shape);
            Assert.Equal(Bits(weight), Bits(read[name]));
        }
    });

    [Fact]
    public void Equal_weights_give_equal_bytes_in_whatever_order_they_come() => Weights.Sample(weights =>
        Assert.Equal(Write(weights), Write(new Dictionary<string, Weight>(weights.Reverse()))));

    [Theory]
    [InlineData("F16", "003E" + "00C0" + "0100", new[] { 1.5f, -2f, 5.9604645e-8f })]
    [InlineData("BF16", "C03F" + "00C0" + "807F", new[] { 1.5f, -2f, float.PositiveInfinity })]
    [InlineData("F64", "000000000000F83F" + "00000000000000C0" + "9A9999999999B93F", new[] { 1.5f, -2f, 0.1f })]
    public void Other_floating_point_types_become_float32(string dtype, string hex, float[] expected)
    {
        var data = Convert.FromHexString(hex);

        var read = Safetensors.Read(Of($"{{{Entry("x", dtype, "3", 0, data.Length)}}}", data), "test");

        Assert.Equal(expected, read["x"].Values);
    }

    [Fact]
    public void A_batch_norms_counter_is_left_out()
    {
        var header = $"{{{Entry("bn1.num_batches_tracked", "I64", "", 0, 8)},{Entry("bn1.bias", "F32", "1", 8, 12)}}}";

        var read = Safetensors.Read(Of(header, new byte[12]), "test");

        Assert.Equal(["bn1.bias"], read.Keys);
    }

    [Fact]
    public void Metadata_and_an_empty_file_of_tensors_are_fine() =>
        Assert.Empty(Safetensors.Read(Of("""{"__metadata__":{"format":"pt"}}   """), "test"));

    [Fact]
    public void A_tensor_by_the_formats_own_name_cannot_be_written() =>
        Assert.Throws<ArgumentException>(
            () => Write(new Dictionary<string, Weight> { ["__metadata__"] = new([], [1f]) }));

    /// <summary>So that a NaN equals itself and 0 differs from −0.</summary>
    private static int[] Bits(Weight weight) => [.. weight.Values.Select(BitConverter.SingleToInt32Bits)];

    private static byte[] Write(IReadOnlyDictionary<string, Weight> weights)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(weights, stream);
        return stream.ToArray();
    }
}
