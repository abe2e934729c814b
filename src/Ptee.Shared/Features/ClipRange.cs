using MessagePack;

namespace Ptee.Shared.Features;

/// <summary>The values of one channel that a quantizer keeps; those outside are clipped.</summary>
[MessagePackObject]
public readonly record struct ClipRange([property: Key("low")] float Low, [property: Key("high")] float High)
{
    /// <exception cref="PteeFormatException">Not finite, or empty.</exception>
    public void Validate(int channel)
    {
        if (!float.IsFinite(Low) || !float.IsFinite(High) || !(High > Low) || !float.IsFinite(High - Low))
        {
            throw new PteeFormatException($"clip range of channel {channel} is {Low} to {High}, expected finite and low < high");
        }
    }
}
