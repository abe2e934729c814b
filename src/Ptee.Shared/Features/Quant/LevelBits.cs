namespace Ptee.Shared.Features.Quant;

/// <summary>A level as bits: for each d below D whether it is above d, until one says no; then plain bits for what is above D.</summary>
internal readonly struct LevelBits
{
    private const uint Half = 1u << (RangeEncoder.ProbabilityBits - 1);

    /// <summary>That levels come as plain bits, all of them: when they would be longer otherwise.</summary>
    public const uint PlainProbability = 1;

    private readonly int _levels;
    private readonly int _decisions;
    private readonly int _restBits;

    public LevelBits(QuantTables tables)
    {
        (_levels, _decisions) = (tables.Levels, tables.Decisions);
        _restBits = BitsFor(_levels - _decisions);
        PlainBits = BitsFor(_levels);
    }

    /// <summary>Bits of a level as a plain number.</summary>
    public int PlainBits { get; }

    public void Write(ref RangeEncoder encoder, int level, ReadOnlySpan<ushort> probabilities)
    {
        for (var d = 0; d < _decisions; d++)
        {
            encoder.Write(level > d, probabilities[d]);
            if (level <= d)
            {
                return;
            }
        }

        WritePlain(ref encoder, level - _decisions, _restBits);
    }

    public int Read(ref RangeDecoder decoder, ReadOnlySpan<ushort> probabilities)
    {
        for (var d = 0; d < _decisions; d++)
        {
            if (!decoder.Read(probabilities[d]))
            {
                return d;
            }
        }

        return RequireLevel(_decisions + ReadPlain(ref decoder, _restBits));
    }

    public void WritePlain(ref RangeEncoder encoder, int level) => WritePlain(ref encoder, level, PlainBits);

    public int ReadPlain(ref RangeDecoder decoder) => RequireLevel(ReadPlain(ref decoder, PlainBits));

    /// <summary>What each level costs in bits, with these probabilities.</summary>
    public void Costs(ReadOnlySpan<ushort> probabilities, Span<float> costs)
    {
        var above = 0.0;
        for (var level = 0; level < costs.Length; level++)
        {
            if (level < _decisions)
            {
                var probability = probabilities[level] / (double)(1 << RangeEncoder.ProbabilityBits);
                costs[level] = (float)(above - Math.Log2(1 - probability));
                above -= Math.Log2(probability);
            }
            else
            {
                costs[level] = (float)(above + _restBits);
            }
        }
    }

    /// <summary>Bits that tell <paramref name="count"/> things apart.</summary>
    private static int BitsFor(int count) => count <= 1 ? 0 : 32 - int.LeadingZeroCount(count - 1);

    private static void WritePlain(ref RangeEncoder encoder, int value, int bits)
    {
        for (var bit = bits - 1; bit >= 0; bit--)
        {
            encoder.Write(((value >> bit) & 1) != 0, Half);
        }
    }

    private static int ReadPlain(ref RangeDecoder decoder, int bits)
    {
        var value = 0;
        for (var bit = 0; bit < bits; bit++)
        {
            value = (value << 1) | (decoder.Read(Half) ? 1 : 0);
        }

        return value;
    }

    private int RequireLevel(int level) => level < _levels
        ? level
        : throw new PteeFormatException($"{FeatureCodecs.Quant}: level {level}, expected 0 to {_levels - 1}");
}
