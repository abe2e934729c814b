using System.Buffers;
using System.Runtime.InteropServices;
using CsCheck;
using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;

namespace Ptee.Shared.Tests.Features.Quant;

public sealed class QuantCodecTests
{
    private static readonly FeatureShape Shape = new(3, 4, 5);

    private static readonly Gen<QuantTables> Tables =
        Gen.Select(Gen.Int[2, 40], Gen.Int[1, 6], Gen.Int[0, 1_000_000]).Select((levels, contexts, seed) => Make(Shape, levels, contexts, seed));

    private static readonly Gen<QuantTables> RefinedTables =
        Gen.Select(Tables, Gen.Int[0, 1_000_000]).Select((tables, seed) => tables with { Refinement = MakeRefinement(Shape, tables.Levels, seed) });

    private static readonly Gen<float[]> Values = Gen.Float[-2, 6].Array[Shape.Count];

    [Fact]
    public void Decoding_gives_the_values_of_the_levels_that_were_chosen() => Gen.Select(Tables, Values).Sample((tables, values) =>
    {
        var codec = new QuantCodec(Shape, tables);
        var levels = new byte[Shape.Count];
        codec.Quantize(values, levels);

        var back = RoundTrip(codec, values);

        for (var i = 0; i < back.Length; i++)
        {
            Assert.Equal(tables.Values[(i / 20 * tables.Levels) + levels[i]], back[i]);
        }
    });

    /// <summary>Against the format's description, value by value.</summary>
    [Fact]
    public void Refined_values_are_what_the_levels_around_say() => Gen.Select(RefinedTables, Values).Sample((tables, values) =>
    {
        var codec = new QuantCodec(Shape, tables);
        var levels = new byte[Shape.Count];
        codec.Quantize(values, levels);

        var back = RoundTrip(codec, values);

        for (var i = 0; i < back.Length; i++)
        {
            Assert.Equal(Refined(tables, levels, i / 20, i % 20 / 5, i % 5), back[i]);
        }
    });

    [Fact]
    public void Refinement_changes_no_byte() => Gen.Select(RefinedTables, Values).Sample((tables, values) => Assert.Equal(
        Encoded(new QuantCodec(Shape, tables with { Refinement = null }), values), Encoded(new QuantCodec(Shape, tables), values)));

    [Fact]
    public void Without_a_trade_the_nearest_level_is_chosen() => Gen.Select(Tables, Values).Sample((tables, values) =>
    {
        tables = tables with { Trade = 0, Values = [.. tables.Values.Select((_, i) => tables.Lows[i / tables.Levels] + (i % tables.Levels * tables.Steps[i / tables.Levels]))] };
        var back = RoundTrip(new QuantCodec(Shape, tables), values);
        for (var i = 0; i < back.Length; i++)
        {
            var (low, step) = (tables.Lows[i / 20], tables.Steps[i / 20]);
            var inside = Math.Clamp(values[i], low, low + (step * (tables.Levels - 1)));
            Assert.InRange(Math.Abs(back[i] - inside), 0, (step / 2) + 1e-4f);
        }
    });

    /// <summary>Ten thousand values that no probability allows for: as plain bits, they still fit what a receiver takes.</summary>
    [Fact]
    public void What_nobody_expected_is_sent_as_plain_bits()
    {
        var shape = new FeatureShape(1, 100, 100);
        var tables = Make(shape, levels: 16, contexts: 1, seed: 1) with { Trade = 0 };
        tables = tables with { Probabilities = [.. tables.Probabilities.Select(_ => (ushort)16)] };
        var codec = new QuantCodec(shape, tables);
        float[] values = [.. Enumerable.Range(0, shape.Count).Select(i => tables.Lows[0] + (i * 7 % 16 * tables.Steps[0]))];

        var payload = Encoded(codec, values);
        var back = new float[shape.Count];
        codec.Decode(payload, back);

        Assert.InRange(payload.Length, 5_000, codec.MaxPayloadBytes);
        Assert.Equal(back, values.Select((_, i) => tables.Values[i * 7 % 16]));
    }

    [Fact]
    public void Any_bytes_decode_to_values_of_the_tables_or_are_refused() =>
        Gen.Select(Gen.OneOf(Tables, RefinedTables), Gen.Byte.Array[0, 60]).Sample((tables, payload) => DecodesOrIsRefused(new QuantCodec(Shape, tables), tables, payload));

    [Fact]
    public void Near_misses_decode_or_are_refused() =>
        Gen.Select(Gen.OneOf(Tables, RefinedTables), Values, Gen.Int[0, 1_000], Gen.Byte, Gen.Byte.Array[0, 3]).Sample((tables, values, at, change, tail) =>
        {
            var codec = new QuantCodec(Shape, tables);
            byte[] payload = [.. Encoded(codec, values), .. tail];
            if (payload.Length > 0)
            {
                payload[at % payload.Length] ^= change;
            }

            DecodesOrIsRefused(codec, tables, payload);
        });

    [Fact]
    public void Bytes_after_the_last_value_are_refused()
    {
        var codec = new QuantCodec(Shape, Make(Shape, levels: 4, contexts: 2, seed: 5));
        byte[] payload = [.. Encoded(codec, new float[Shape.Count]), 0, 0, 0, 0, 0, 0, 0];

        var message = Assert.Throws<PteeFormatException>(() => codec.Decode(payload, new float[Shape.Count])).Message;

        Assert.Contains("bytes after the last value of 3x4x5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_payload_than_any_is_refused()
    {
        var codec = new QuantCodec(Shape, Make(Shape, levels: 4, contexts: 2, seed: 5));

        var message = Assert.Throws<PteeFormatException>(() => codec.Decode(new byte[codec.MaxPayloadBytes + 1], new float[Shape.Count])).Message;

        Assert.Contains($"expected at most {codec.MaxPayloadBytes} bytes", message, StringComparison.Ordinal);
    }

    /// <summary>The format: another machine, or a later version, has to write these bytes and read these values.</summary>
    [Theory]
    [InlineData(50_000, "DBF76A8E71706E02F85314620AC594F8C688")]
    [InlineData(300, "0000F3CBEF9E677CCEA5124B2692552492892593492A92494F")] // So unlikely that plain bits are shorter.
    public void Golden_payload(int probability, string golden)
    {
        var tables = Make(Shape, levels: 6, contexts: 3, seed: 42);
        tables = tables with { Probabilities = [.. tables.Probabilities.Select((_, i) => (ushort)(probability + i))] };
        float[] values = [.. Enumerable.Range(0, Shape.Count).Select(i => i * 37 % 64 / 16f)];

        Assert.Equal(golden, Convert.ToHexString(Encoded(new QuantCodec(Shape, tables), values)));
    }

    /// <summary>As above, for what a payload is read as.</summary>
    [Fact]
    public void Golden_values_of_a_refined_payload()
    {
        var tables = Make(Shape, levels: 6, contexts: 3, seed: 42);
        tables = tables with { Probabilities = [.. tables.Probabilities.Select((_, i) => (ushort)(50_000 + i))], Refinement = MakeRefinement(Shape, 6, seed: 7) };
        var back = new float[Shape.Count];

        new QuantCodec(Shape, tables).Decode(Convert.FromHexString("DBF76A8E71706E02F85314620AC594F8C688"), back);

        Assert.Equal("3B65063FB1050D4001BF5D3FFEE947408447653FF6B27E40", Convert.ToHexString(MemoryMarshal.AsBytes<float>(back.AsSpan(0, 6))));
    }

    [Fact]
    public void Features_that_are_not_finite_become_levels_too()
    {
        var tables = Make(Shape, levels: 6, contexts: 3, seed: 42);
        float[] values = [.. Enumerable.Range(0, Shape.Count).Select(i => (i % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity })];

        Assert.All(RoundTrip(new QuantCodec(Shape, tables), values), value => Assert.True(float.IsFinite(value)));
    }

    public static TheoryData<string, Func<QuantTables, QuantTables>> BadTables => new()
    {
        { "1 levels, expected 2 to 256", tables => tables with { Levels = 1 } },
        { "33 contexts, expected 1 to 32", tables => tables with { Contexts = 33 } },
        { "2 lows, expected 3 for 3x4x5", tables => tables with { Lows = [1, 2] } },
        { "0 values, expected 18 for 3x4x5", tables => tables with { Values = null! } },
        { "1 weights, expected 24 for 3x4x5", tables => tables with { Weights = [1] } },
        { "a low or a value is not finite", tables => tables with { Lows = [1, 2, float.NaN] } },
        { "a step is not a positive number", tables => tables with { Steps = [1, 0, 1] } },
        { "a probability is 0", tables => tables with { Probabilities = new ushort[3 * 3 * 5] } },
        { "bound 1 falls", tables => tables with { Bounds = [9, 8, 1, 2, 1, 2] } },
        { "a trade of -1, expected 0 or more", tables => tables with { Trade = -1 } },
        { "17 weights of the refinement, expected 18 for 3x4x5", tables => Refined(tables, good => good with { Weights = new short[17] }) },
        { "0 biases of the refinement, expected 3 for 3x4x5", tables => Refined(tables, good => good with { Biases = null! }) },
        { "3 gains, expected 18 for 3x4x5", tables => Refined(tables, good => good with { Gains = [1, 2, 3] }) },
        { "a gain is not finite, or too large", tables => Refined(tables, good => good with { Gains = [.. good.Gains.Skip(1), 1e30f] }) },
        { "a gain is not finite, or too large", tables => Refined(tables, good => good with { Gains = [1e29f, .. good.Gains.Skip(1)] }) with { Values = [3e38f, .. tables.Values.Skip(1)] } },
    };

    [Theory]
    [MemberData(nameof(BadTables))]
    public void Bad_tables_are_named(string message, Func<QuantTables, QuantTables> change) => Assert.Equal(
        $"quant: {message}",
        Assert.Throws<PteeFormatException>(() => new QuantCodec(Shape, change(Make(Shape, levels: 6, contexts: 3, seed: 42)))).Message);

    private static void DecodesOrIsRefused(QuantCodec codec, QuantTables tables, byte[] payload)
    {
        var back = new float[Shape.Count];
        try
        {
            codec.Decode(payload, back);
            Assert.All(back, value => Assert.True(tables.Refinement is null ? tables.Values.Contains(value) : float.IsFinite(value)));
        }
        catch (PteeFormatException exception)
        {
            Assert.StartsWith("quant: ", exception.Message, StringComparison.Ordinal);
        }
    }

    private static QuantTables Refined(QuantTables tables, Func<QuantRefinement, QuantRefinement> change) =>
        tables with { Refinement = change(MakeRefinement(Shape, tables.Levels, seed: 1)) };

    /// <summary>One value as the bundle's description says.</summary>
    private static float Refined(QuantTables tables, byte[] levels, int channel, int row, int column)
    {
        int At(int other, int y, int x) => y is >= 0 and < 4 && x is >= 0 and < 5 ? levels[(other * 20) + (y * 5) + x] : 0;
        var (refinement, sum) = (tables.Refinement!, tables.Refinement!.Biases[channel]);
        for (var other = 0; other < 3; other++)
        {
            var around = At(other, row - 1, column) + At(other, row + 1, column) + At(other, row, column - 1) + At(other, row, column + 1);
            sum += (At(other, row, column) * refinement.Weights[(channel * 6) + (2 * other)]) + (around * refinement.Weights[(channel * 6) + (2 * other) + 1]);
        }

        var slot = (channel * tables.Levels) + At(channel, row, column);
        return Math.Max(tables.Lows[channel], tables.Values[slot] + (refinement.Gains[slot] * sum));
    }

    private static QuantRefinement MakeRefinement(FeatureShape shape, int levels, int seed)
    {
        var random = new Random(seed);
        return new QuantRefinement(
            Draw(2 * shape.Channels * shape.Channels, () => (short)random.Next(-2_000, 2_000)),
            Draw(shape.Channels, () => random.Next(-5_000, 5_000)),
            Draw(shape.Channels * levels, () => random.NextSingle() / 8_192));
    }

    private static float[] RoundTrip(QuantCodec codec, float[] values)
    {
        var back = new float[values.Length];
        codec.Decode(Encoded(codec, values), back);
        return back;
    }

    private static byte[] Encoded(QuantCodec codec, float[] values)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Encode(values, output);
        return output.WrittenSpan.ToArray();
    }

    private static QuantTables Make(FeatureShape shape, int levels, int contexts, int seed)
    {
        var random = new Random(seed);
        var decisions = Math.Min(levels - 1, QuantTables.MostDecisions);
        var steps = Draw(shape.Channels, () => 0.1f + random.NextSingle());
        var lows = Draw(shape.Channels, () => random.NextSingle() - 0.5f);
        return new QuantTables(
            levels, lows, steps,
            [.. Enumerable.Range(0, shape.Channels * levels).Select(i => lows[i / levels] + (((i % levels) + (random.NextSingle() / 4)) * steps[i / levels]))],
            Trade: 0.1f,
            Draw(QuantNeighbours.Count(shape.Channels), () => (short)random.Next(-3_000, 3_000)),
            Draw(shape.Channels, () => random.Next(0, 20_000)),
            contexts,
            [.. Enumerable.Range(0, shape.Channels).SelectMany(_ => Draw(contexts - 1, () => (byte)random.Next(60)).Order())],
            Draw(shape.Channels * contexts * decisions, () => (ushort)random.Next(500, 60_000)));
    }

    private static T[] Draw<T>(int count, Func<T> draw)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = draw();
        }

        return values;
    }
}
