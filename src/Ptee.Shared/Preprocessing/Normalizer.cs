namespace Ptee.Shared.Preprocessing;

/// <summary>Bytes to network input: (x / 255 − mean) / std for each channel, through a table.</summary>
public sealed class Normalizer
{
    private const int Levels = 256;
    private readonly float[] _table = new float[PreprocessingSpec.Channels * Levels];

    public Normalizer(PreprocessingSpec spec)
    {
        spec.Validate();
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
