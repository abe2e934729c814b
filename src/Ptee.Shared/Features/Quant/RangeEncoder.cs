namespace Ptee.Shared.Features.Quant;

/// <summary>
/// Binary range coder, integers only: the same bytes on every machine. Probabilities are 16 bits and given with each bit, so
/// encoder and decoder stay together as long as they agree on those.
/// </summary>
/// <remarks>
/// Range coding after G. N. N. Martin 1979; carries are settled with one held byte and a count of 0xFF bytes after it. The
/// lower part of the range stands for <c>true</c>. Zero bytes at the end are not written: the decoder reads zeros there.
/// </remarks>
internal ref struct RangeEncoder(Span<byte> output)
{
    internal const uint Smallest = 1u << 24;
    internal const int ProbabilityBits = 16;

    private readonly Span<byte> _output = output;
    private ulong _low; // 32 bits and the carry above them.
    private uint _range = uint.MaxValue;
    private int _held = -1; // The byte before the run of 0xFF: a carry may still reach it. None before the first.
    private int _run;
    private int _length;

    /// <summary>The output was too short; what is in it is worth nothing.</summary>
    public bool Overflown { get; private set; }

    /// <param name="probability">Of <c>true</c>, of 65,536; 1 to 65,535.</param>
    public void Write(bool bit, uint probability)
    {
        var lower = (_range >> ProbabilityBits) * probability;
        if (bit)
        {
            _range = lower;
        }
        else
        {
            _low += lower;
            _range -= lower;
        }

        while (_range < Smallest)
        {
            _range <<= 8;
            ShiftOut();
        }
    }

    /// <summary>Ends the code; nothing may be written after.</summary>
    /// <returns>Its length in bytes.</returns>
    public int Finish()
    {
        // Of all numbers in the range, the one that ends in the most zeros.
        var last = _low + _range - 1;
        var zeros = 0;
        while (zeros < 32 && ((last >> (zeros + 8)) << (zeros + 8)) >= _low)
        {
            zeros += 8;
        }

        _low = (last >> zeros) << zeros;
        for (var i = 0; i < 5; i++)
        {
            ShiftOut();
        }

        while (_length > 0 && !Overflown && _output[_length - 1] == 0)
        {
            _length--;
        }

        return _length;
    }

    private void ShiftOut()
    {
        var (top, carry) = ((byte)(_low >> 24), (int)(_low >> 32));
        if (top == byte.MaxValue && carry == 0)
        {
            _run++;
        }
        else
        {
            if (_held >= 0)
            {
                Put((byte)(_held + carry));
            }

            for (; _run > 0; _run--)
            {
                Put((byte)(byte.MaxValue + carry));
            }

            _held = top;
        }

        _low = (_low & 0x00FF_FFFF) << 8;
    }

    private void Put(byte value)
    {
        if (_length < _output.Length)
        {
            _output[_length++] = value;
        }
        else
        {
            Overflown = true;
        }
    }
}
