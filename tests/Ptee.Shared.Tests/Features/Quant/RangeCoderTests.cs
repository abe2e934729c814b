using CsCheck;
using Ptee.Shared.Features.Quant;

namespace Ptee.Shared.Tests.Features.Quant;

public sealed class RangeCoderTests
{
    private static readonly Gen<(bool Bit, uint Probability)[]> Bits =
        Gen.Select(Gen.Bool, Gen.OneOf(Gen.UInt[1, 65_535], Gen.UInt[1, 3], Gen.UInt[65_533, 65_535])).Array[0, 400];

    [Fact]
    public void Bits_come_back_whatever_was_expected_of_them() => Bits.Sample(bits =>
    {
        var code = Code(bits);
        var decoder = new RangeDecoder(code);
        foreach (var (bit, probability) in bits)
        {
            Assert.Equal(bit, decoder.Read(probability));
        }

        Assert.Equal(0, decoder.Unread);
    });

    /// <summary>Runs of the unlikely symbol at the top of the range: the carry has to travel through bytes of 0xFF.</summary>
    [Fact]
    public void Carries_travel() => Gen.Select(Gen.Int[1, 60], Gen.Int[0, 60]).Sample((likely, unlikely) =>
    {
        (bool, uint)[] bits = [.. Enumerable.Repeat((false, 1u), likely), .. Enumerable.Repeat((false, 65_535u), unlikely), (true, 1u)];
        var decoder = new RangeDecoder(Code(bits));
        foreach (var (bit, probability) in bits)
        {
            Assert.Equal(bit, decoder.Read(probability));
        }
    });

    [Fact]
    public void Length_is_what_the_probabilities_promise()
    {
        var random = new Random(1);
        (bool, uint)[] bits = [.. Enumerable.Range(0, 20_000).Select(_ => (random.Next(65_536) < 6_554, 6_554u))];
        var promised = bits.Sum(bit => -Math.Log2((bit.Item1 ? 6_554 : 65_536 - 6_554) / 65_536.0)) / 8;

        Assert.InRange(Code(bits).Length, promised - 1, (promised * 1.001) + 3);
    }

    [Fact]
    public void What_was_expected_costs_nothing() =>
        Assert.Empty(Code([.. Enumerable.Repeat((true, 65_535u), 1_000)]));

    [Fact]
    public void A_short_output_is_said_and_not_written_past()
    {
        var encoder = new RangeEncoder(new byte[3]);
        for (var i = 0; i < 100; i++)
        {
            encoder.Write(i % 3 == 0, 32_768);
        }

        _ = encoder.Finish();
        Assert.True(encoder.Overflown);
    }

    /// <summary>The format: another machine, or a later version, has to write these bytes.</summary>
    [Fact]
    public void Golden_code()
    {
        var state = 12_345u;
        var bits = new (bool, uint)[100];
        for (var i = 0; i < bits.Length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            bits[i] = ((state >> 31) == 1, ((state >> 8) & 0x7FFF) + 16_384);
        }

        Assert.Equal(Golden, Convert.ToHexString(Code(bits)));
    }

    private const string Golden = "BE5B90C42F97A13C51BD316B421B";

    private static byte[] Code((bool Bit, uint Probability)[] bits)
    {
        var output = new byte[4_096 + bits.Length];
        var encoder = new RangeEncoder(output);
        foreach (var (bit, probability) in bits)
        {
            encoder.Write(bit, probability);
        }

        var length = encoder.Finish();
        Assert.False(encoder.Overflown);
        return output[..length];
    }
}
