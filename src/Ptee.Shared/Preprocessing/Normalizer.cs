namespace Ptee.Shared.Preprocessing;

/// <summary>Bytes to network input: (x / 255 − mean) / std for each channel, through a table.</summary>
public sealed class Normalizer
{
    private const int Levels = 256;
    private readonly PreprocessingSpec _spec;
    private readonly float[] _table = new float[PreprocessingSpec.Channels * Levels];

    public Normalizer(PreprocessingSpec spec)
    {
        spec.Validate();
        _spec = spec;
        for (var channel = 0; channel < PreprocessingSpec.Channels; channel++)
        {
            for (var level = 0; level < Levels; level++)
            {
                _table[(channel * Levels) + level] = ((level / 255f) - spec.Mean[channel]) / spec.Std[channel];
            }
        }
    }

    /// <summary>The 256 inputs that a channel's bytes become.</summary>
    public ReadOnlySpan<float> Table(int channel) => _table.AsSpan(channel * Levels, Levels);

    /// <summary>The bytes that became these values: exactly those, of values that <see cref="Normalize"/> gave.</summary>
    /// <param name="values">CHW, 3 channels.</param>
    /// <param name="pixels">As many bytes as values.</param>
    public void Denormalize(ReadOnlySpan<float> values, Span<byte> pixels)
    {
        var plane = values.Length / PreprocessingSpec.Channels;
        for (var channel = 0; channel < PreprocessingSpec.Channels; channel++)
        {
            var (scale, shift) = (_spec.Std[channel] * byte.MaxValue, _spec.Mean[channel] * byte.MaxValue);
            var from = values.Slice(channel * plane, plane);
            var to = pixels.Slice(channel * plane, plane);
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = (byte)Math.Clamp(MathF.Round((from[i] * scale) + shift), 0, byte.MaxValue);
            }
        }
    }

    /// <param name="pixels">CHW, 3 channels.</param>
    /// <param name="values">As many values as pixels.</param>
    public void Normalize(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        var plane = pixels.Length / PreprocessingSpec.Channels;
        for (var channel = 0; channel < PreprocessingSpec.Channels; channel++)
        {
            var table = Table(channel);
            var from = pixels.Slice(channel * plane, plane);
            var to = values.Slice(channel * plane, plane);
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = table[from[i]];
            }
        }
    }
}
