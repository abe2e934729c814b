using System.Globalization;
using MessagePack;
using Ptee.Shared.Features;

namespace Ptee.Shared.Preprocessing;

/// <summary>How a picture becomes the network's input. It belongs to the weights, so it travels with them.</summary>
/// <param name="Size">Rows and columns of the input.</param>
/// <param name="Mean">One a channel, of values in [0, 1].</param>
/// <param name="Std">One a channel, above 0.</param>
/// <param name="ColorOrder">Only <c>RGB</c> so far.</param>
[MessagePackObject]
public sealed record PreprocessingSpec(
    [property: Key("size")] int Size,
    [property: Key("mean")] float[] Mean,
    [property: Key("std")] float[] Std,
    [property: Key("color_order")] string ColorOrder)
{
    public const string Rgb = "RGB";
    public const int Channels = 3;
    public const float MostMean = 1;

    /// <summary>Values in [0, 1] deviate by a half at most; this leaves room for whoever scales by something else.</summary>
    public const float MostStd = 5;

    /// <summary>The statistics that most public CIFAR-10 checkpoints use (ImageNet's).</summary>
    public static PreprocessingSpec ImageNet(int size) => new(size, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f], Rgb);

    /// <summary>What each channel's 256 levels become: with these as clip ranges, <c>u8</c> sends the picture's own bytes.</summary>
    public ClipRange[] Ranges() => [.. Mean.Zip(Std, (mean, std) => new ClipRange((0 - mean) / std, (1 - mean) / std))];

    public bool Equals(PreprocessingSpec? other) => other is not null
        && Size == other.Size && ColorOrder == other.ColorOrder && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    public override int GetHashCode() => Mean.Concat(Std).Aggregate(HashCode.Combine(Size, ColorOrder), HashCode.Combine);

    /// <summary>All of it, for people and for telling one from another: <c>32x32 RGB, mean 0.485 0.456 0.406, std 0.229 0.224 0.225</c>.</summary>
    public override string ToString() => $"{Size}x{Size} {ColorOrder}, mean {Joined(Mean)}, std {Joined(Std)}";

    /// <exception cref="PteeFormatException">A value is missing or out of range.</exception>
    public void Validate()
    {
        if (Mean is not { Length: Channels } || Std is not { Length: Channels }
            || !Mean.All(mean => mean is >= 0 and <= MostMean) || !Std.All(std => std is > 0 and <= MostStd))
        {
            throw new PteeFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"preprocessing: expected 3 means from 0 to {MostMean} and 3 deviations above 0 and up to {MostStd}, of pictures whose values go from 0 to 1; got {this}"));
        }

        if (ColorOrder != Rgb)
        {
            throw new PteeFormatException($"preprocessing: colour order is '{ColorOrder}', expected {Rgb}");
        }
    }

    private static string Joined(float[]? values) => string.Join(' ', (values ?? []).Take(2 * Channels).Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
