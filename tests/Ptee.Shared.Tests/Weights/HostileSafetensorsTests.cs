using System.Text;
using CsCheck;
using Ptee.Shared.Weights;
using static Ptee.Shared.Tests.Weights.SafetensorsFile;

namespace Ptee.Shared.Tests.Weights;

/// <summary>Near misses: each is one step away from a file that would be read.</summary>
public sealed class HostileSafetensorsTests
{
    private static readonly byte[] Good = Of(
        $"{{\"__metadata__\":{{\"format\":\"pt\"}},{Entry("a", "F32", "2,2", 0, 16)},{Entry("b", "F16", "3", 16, 22)},"
        + $"{Entry("c.num_batches_tracked", "I64", "", 22, 30)}}}",
        new byte[30]);

    /// <summary>Bytes of the header replaced, mostly by ones that JSON has, then cut or lengthened.</summary>
    private static readonly Gen<byte[]> NearMisses =
        from changes in Gen.Select(
            Gen.Int[0, Good.Length - 1],
            Gen.OneOf(Gen.OneOf([.. "0123456789-,:[]{}\" e."u8]), Gen.Byte)).Array[0, 3]
        from cut in Gen.OneOf(Gen.Const(0), Gen.Int[0, Good.Length])
        from tail in Gen.Byte.Array[0, 2]
        select Change(changes, cut, tail);

    public static TheoryData<string, string> Faults => new()
    {
        { "1x" + Entry("a", "F32", "1", 0, 4), "not JSON" },
        { Entry("a", "F32", "1", 0, 4) + "},{", "not JSON" },
        { Entry("a", "F32", "1", 0, 4) + ",\"b\":3", "'b' is JSON Number" },
        { Entry("a", "F32", "1", 0, 4) + "," + Entry("a", "F32", "0", 4, 4), "'a' is there twice" },
        { Entry("a", "I32", "1", 0, 4), "'a' holds int32" },
        { Entry("num_batches_tracked.a", "I32", "1", 0, 4), "holds int32" },
        { Entry("a", "F8_E4M3", "4", 0, 4), "'a' holds 'F8_E4M3', expected F32, F16, BF16 or F64" },
        { Entry("a", "F32", "2", 0, 4), "'a' (2 float32) is at bytes 0 to 4, expected 0 to 8" },
        { Entry("a", "F32", "1", 1, 4), "is at bytes 1 to 4, expected 0 to 4" },
        { Entry("a", "F16", "1", 0, 2) + "," + Entry("b", "F16", "1", 1, 4), "'b' (1 float16) is at bytes 1 to 4" },
        { Entry("a", "F32", "1", 0, 8), "is at bytes 0 to 8, expected 0 to 4" },
        { Entry("a", "F16", "1", 2, 4), "is at bytes 2 to 4, expected 0 to 2" },
        { Entry("a", "F16", "1", 0, 2), "expected 2 bytes after the header, got 4" },
        { Entry("a", "F16", "1", 0, 2) + "," + Entry("b", "F32", "1", 0, 4), "'b' (1 float32) is at bytes 0 to 4" },
        { Entry("a", "F32", "-1", 0, 4), "shape must be" },
        { Entry("a", "F32", "1.5", 0, 4), "shape must be" },
        { Entry("a", "F32", "1", -4, 0), "data_offsets must be" },
        { Entry("a", "F32", "99999999999", 0, 4), "a dimension of 99999999999" },
        { Entry("a", "F32", "65536,65536,65536,65536", 0, 4), "expected at most 268435456 values" },
        { Entry("a", "F32", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", 0, 4), "shape must be at most 16" },
        { Entry("a", "F32", "4611686018427387905", 0, 4), "a dimension of 4611686018427387905" },
        { Entry("a", "F32", "1", 0, long.MaxValue), "expected 0 to 4" },
        { "\"a\":{\"dtype\":\"F32\",\"shape\":[1]}", "'a' has less, expected dtype, shape and two data_offsets" },
        { "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}", "'a' has less" },
        { "\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}", "field 'dtype' (unknown, or there twice)" },
        { "\"a\":{\"code\":\"rm\"}", "field 'code'" },
        { "\"a\":{\"shape\":[[[[1]]]]}", "not JSON" },
        { "\"a\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", "not JSON" },
        { "\"a\\n\\u001b\":3", "'a??' is JSON Number" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_in_one_line(string entries, string expected)
    {
        var file = Of($"{{{entries}}}", new byte[4]);

        var fault = Assert.Throws<PteeFormatException>(() => Safetensors.Read(file, "net.st"));

        Assert.StartsWith("net.st: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16 << 20)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_header_longer_than_the_file_is_refused(long length) =>
        Assert.Contains(
            "expected at most 2",
            Assert.Throws<PteeFormatException>(() => Safetensors.Read(Of("{}", length), "x")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_header_beyond_the_limit_is_refused_though_the_file_has_it()
    {
        var spaces = new string(' ', WeightLimits.MaxHeaderBytes - 2);
        Assert.Empty(Safetensors.Read(Of("{}" + spaces), "x"));

        Assert.Throws<PteeFormatException>(() => Safetensors.Read(Of("{}" + spaces + " "), "x"));
    }

    [Fact]
    public void A_hundred_thousand_tensors_are_the_most()
    {
        Assert.Equal(WeightLimits.MaxTensors, Safetensors.Read(Many(WeightLimits.MaxTensors), "x").Count);

        Assert.Throws<PteeFormatException>(() => Safetensors.Read(Many(WeightLimits.MaxTensors + 1), "x"));

        static byte[] Many(int count) => Of(
            $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => Entry($"{i}", "F32", "0", 0, 0)))}}}");
    }

    [Fact]
    public void A_near_miss_is_read_or_refused_and_never_anything_else() => NearMisses.Sample(
        bytes =>
        {
            try
            {
                Safetensors.Read(bytes, "x");
            }
            catch (PteeFormatException fault)
            {
                Assert.StartsWith("x: ", fault.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', fault.Message);
            }
        },
        iter: 5_000,
        print: bytes => Encoding.Latin1.GetString(bytes));

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        Assert.Equal(2, Safetensors.Read(Good, "x").Count);
        for (var length = 0; length < Good.Length; length++)
        {
            Assert.Throws<PteeFormatException>(() => Safetensors.Read(Good.AsSpan(0, length), "x"));
        }
    }

    private static byte[] Change((int At, byte To)[] changes, int cut, byte[] tail)
    {
        var bytes = Good.ToArray();
        foreach (var (at, to) in changes)
        {
            bytes[at] = to;
        }

        return [.. bytes[..^cut], .. tail];
    }
}
