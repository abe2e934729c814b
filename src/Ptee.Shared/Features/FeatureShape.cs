using MessagePack;

namespace Ptee.Shared.Features;

/// <summary>Shape of one image's features: channels, then rows, then columns. No batch dimension.</summary>
[MessagePackObject]
public readonly record struct FeatureShape(
    [property: Key("channels")] int Channels,
    [property: Key("height")] int Height,
    [property: Key("width")] int Width)
{
    /// <summary>Number of values.</summary>
    /// <exception cref="OverflowException">The product does not fit an <see cref="int"/>.</exception>
    [IgnoreMember]
    public int Count => checked(Channels * Height * Width);

    /// <summary>Bytes of the values as 32-bit floats.</summary>
    [IgnoreMember]
    public int Float32Bytes => checked(Count * sizeof(float));

    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
