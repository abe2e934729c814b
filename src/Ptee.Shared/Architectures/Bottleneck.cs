using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Architectures;

/// <summary>
/// Two small networks around the wire, as data: the encoder on the device makes a latent of a cut's features that is cheap to
/// send, the decoder on the server makes features of it again.
/// </summary>
/// <param name="In">Shape of the cut's features.</param>
/// <param name="Latent">What travels, quantized; no value in it is negative.</param>
/// <param name="Width">Channels inside the encoder.</param>
/// <param name="Encoder">In → Latent.</param>
/// <param name="Decoder">Latent → In.</param>
/// <remarks>
/// The idea of a bottleneck between device and server: Eshratifar et al. 2019, arXiv:1902.01000; Matsubara et al. 2019,
/// arXiv:1910.00955.
/// </remarks>
public sealed record Bottleneck(FeatureShape In, FeatureShape Latent, int Width, Row Encoder, Row Decoder)
{
    public const int MostChannels = 256;

    /// <summary>Of the backbone's macs, what an encoder may cost a device at most.</summary>
    public const double MostEncoderShare = 0.03;

    /// <summary>Below this resolution a latent is not halved again.</summary>
    private const int HalvedRows = 16;

    private const int WidthStep = 8;

    /// <summary>The encoder's last batch norm: its scale says how many steps a latent is wide.</summary>
    public const string LatentNorm = "bn2";

    public long EncoderMacs { get; } = Counter.Count(Encoder, In).Macs;

    public long DecoderMacs { get; } = Counter.Count(Decoder, Latent).Macs;

    public long EncoderParameters { get; } = Counter.Count(Encoder, In).Parameters;

    public long DecoderParameters { get; } = Counter.Count(Decoder, Latent).Parameters;

    /// <summary>The networks for features of that shape.</summary>
    /// <param name="width">Channels inside the encoder.</param>
    /// <param name="channels">Of the latent.</param>
    /// <param name="rectified">Whether the cut's features come out of a ReLU; then the decoder's do too.</param>
    /// <exception cref="PteeFormatException">A number is out of range.</exception>
    public static Bottleneck Build(FeatureShape shape, int width, int channels, bool rectified)
    {
        Require(width is >= 1 and <= MostChannels, $"{width} channels inside, expected 1 to {MostChannels}");
        Require(channels is >= 1 and <= MostChannels, $"{channels} channels, expected 1 to {MostChannels}");
        var isHalved = IsHalved(shape);
        var latent = LatentOf(shape, channels);
        Require(latent.Count <= shape.Count, $"a latent of {latent} is larger than the features, {shape}");
        var encoder = Row.Of(
            ("conv0", new Conv(shape.Channels, width, 3, isHalved ? 2 : 1, Padding: 1)),
            ("bn0", new BatchNorm(width)),
            ("", new Relu()),
            ("conv1", new Conv(width, width, 3, Padding: 1)),
            ("bn1", new BatchNorm(width)),
            ("", new Relu()),
            ("conv2", new Conv(width, channels, 3, Padding: 1)),
            (LatentNorm, new BatchNorm(channels)),
            ("", new Relu()));
        var inside = Math.Min(MostChannels, 2 * shape.Channels); // A server can afford more than a device.
        var decoder = new List<Named>
        {
            new("conv0", new Conv(channels, inside, 3, Padding: 1)),
            new("bn0", new BatchNorm(inside)),
            new("", new Relu()),
            new("conv1", new Conv(inside, inside, 3, Padding: 1)),
            new("bn1", new BatchNorm(inside)),
            new("", new Relu()),
        };
        if (isHalved)
        {
            decoder.Add(new("", new Upsample(2)));
        }

        decoder.Add(new("conv2", new Conv(inside, shape.Channels, 3, Padding: 1)));
        decoder.Add(new("bn2", new BatchNorm(shape.Channels)));
        decoder.Add(new("", new Relu()));
        decoder.Add(new("conv3", new Conv(shape.Channels, shape.Channels, 3, Padding: 1, Bias: true)));
        if (rectified)
        {
            decoder.Add(new("", new Relu()));
        }

        return new Bottleneck(shape, latent, width, encoder, new Row(decoder));
    }

    /// <summary>The networks for the features after a block.</summary>
    /// <inheritdoc cref="Build"/>
    public static Bottleneck After(Backbone backbone, int block, int width, int channels) =>
        Build(backbone.ShapeAfter(block), width, channels, backbone.IsRectifiedAfter(block));

    /// <summary>Shape of the latent of such features.</summary>
    public static FeatureShape LatentOf(FeatureShape shape, int channels) =>
        IsHalved(shape) ? new FeatureShape(channels, shape.Height / 2, shape.Width / 2) : shape with { Channels = channels };

    /// <summary>The widest inside, up to twice the cut's channels, whose encoder stays within <see cref="MostEncoderShare"/>.</summary>
    /// <exception cref="PteeFormatException">Even the narrowest costs more.</exception>
    public static int WidthFor(FeatureShape shape, int channels, long backboneMacs)
    {
        for (var width = Math.Max(WidthStep, Math.Min(MostChannels, 2 * shape.Channels) / WidthStep * WidthStep); width > 0; width -= WidthStep)
        {
            if (Build(shape, width, channels, rectified: false).EncoderMacs <= MostEncoderShare * backboneMacs)
            {
                return width;
            }
        }

        throw new PteeFormatException(
            $"bottleneck: an encoder for features of {shape} costs more than {100 * MostEncoderShare:0} % of the backbone's {backboneMacs} macs; another cut or fewer channels?");
    }

    private static bool IsHalved(FeatureShape shape) => shape.Height >= HalvedRows && shape.Height % 2 == 0 && shape.Width % 2 == 0;

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new PteeFormatException($"bottleneck: {message}");
        }
    }
}
