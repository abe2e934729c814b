namespace Ptee.Shared.Features.Quant;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote. Any bytes can be read: after the last one come zeros.</summary>
internal ref struct RangeDecoder
{
    private readonly ReadOnlySpan<byte> _code;
    private uint _value;
    private uint _range = uint.MaxValue;
    private int _next;

    public RangeDecoder(ReadOnlySpan<byte> code)
    {
        _code = code;
        for (var i = 0; i < sizeof(uint); i++)
        {
            _value = (_value << 8) | Next();
        }
    }

    /// <summary>Bytes that no bit has needed yet.</summary>
    public readonly int Unread => Math.Max(0, _code.Length - _next);

    /// <param name="probability">As it was written with.</param>
    public bool Read(uint probability)
    {
        var lower = (_range >> RangeEncoder.ProbabilityBits) * probability;
        var bit = _value < lower;
        if (bit)
        {
            _range = lower;
        }
        else
        {
            _value -= lower;
            _range -= lower;
        }

        while (_range < RangeEncoder.Smallest)
        {
            _range <<= 8;
            _value = (_value << 8) | Next();
        }

        return bit;
    }

    private byte Next() => _next < _code.Length ? _code[_next++] : AfterTheEnd();

    private byte AfterTheEnd()
    {
        _next++;
        return 0;
    }
}
