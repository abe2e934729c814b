using System.Collections.Frozen;
using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Architectures;

/// <summary>The kinds of branches there are, by name. Adding one is a function and a line here.</summary>
public static class Branches
{
    public const string Strided = "strided";

    public const string StridedLight = "strided-light";

    public const string Separable = "separable";

    public const string SeparableLight = "separable-light";

    public const string Pixels = "pixels";

    public const string PixelsWide = "pixels-wide";

    /// <summary>Below this resolution a strided branch no longer halves.</summary>
    private const int StridedRows = 8;
    private const int StridedWidth = 128;
    private const int LightRows = 4;
    private const int SeparableRepeats = 2;
    private const int PixelsWidth = 16;
    private const int PixelsWideWidth = 32;

    private static readonly FrozenDictionary<string, Func<FeatureShape, Row>> Bodies =
        new Dictionary<string, Func<FeatureShape, Row>>
        {
            ["conv1"] = shape => ConvX(shape, 1),
            ["conv2"] = shape => ConvX(shape, 2),
            ["conv3"] = shape => ConvX(shape, 3),
            [Strided] = StridedTail,
            [StridedLight] = StridedLightTail,
            [Separable] = shape => SeparableTail([], shape.Channels, shape.Height, light: false),
            [SeparableLight] = shape => SeparableTail([], shape.Channels, shape.Height, light: true),
            [Pixels] = shape => PixelsNet(shape, PixelsWidth),
            [PixelsWide] = shape => PixelsNet(shape, PixelsWideWidth),
            ["pool"] = _ => Row.Of(("", new GlobalAveragePool())),
            ["bnpool"] = shape => Row.Of(
                ("bn0", new BatchNorm(shape.Channels)), ("", new Relu()), ("", new GlobalAveragePool())),
            ["plain"] = _ => Row.Of(("", new Flatten())),
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Bodies.Keys.Order(StringComparer.Ordinal);

    /// <summary>A branch of that kind for features of that shape.</summary>
    /// <param name="confidence">A name from <see cref="ConfidenceHeads.Names"/>.</param>
    /// <exception cref="PteeFormatException">No branch or no confidence head has that name.</exception>
    public static Branch Build(
        string kind, FeatureShape shape, int classes, string confidence = ConfidenceHeads.Linear)
    {
        if (!Bodies.TryGetValue(kind, out var build))
        {
            throw new PteeFormatException($"unknown branch '{kind}'; known: {string.Join(", ", Names)}");
        }

        var body = build(shape);
        var count = Counter.Count(body, shape);
        var branch = new Branch(kind, body, shape, count.Out.Channels, classes, confidence, count.Macs, count.Parameters);
        var classifier = Counter.Count(branch.Classifier, count.Out);
        var head = Counter.Count(branch.Confidence, count.Out);
        return branch with
        {
            Macs = count.Macs + classifier.Macs + head.Macs,
            Parameters = count.Parameters + classifier.Parameters + head.Parameters,
        };
    }

    /// <summary>X times conv–bn–relu at the cut's own resolution and width, then a pool.</summary>
    /// <remarks>Source: PTEENet, arXiv:2501.02508, fig. 2.</remarks>
    private static Row ConvX(FeatureShape shape, int times)
    {
        var parts = new List<Named>();
        for (var i = 0; i < times; i++)
        {
            Append(parts, shape.Channels, shape.Channels, stride: 1);
        }

        parts.Add(new Named("", new GlobalAveragePool()));
        return new Row(parts);
    }

    /// <summary>
    /// Halves the resolution and doubles the channels down to 8 rows, then 128 channels, then 128 at half of that: a few
    /// percent of the backbone where ConvX, which stays at full resolution, costs many times more.
    /// </summary>
    private static Row StridedTail(FeatureShape shape)
    {
        var parts = new List<Named>();
        var (channels, rows) = (shape.Channels, shape.Height);
        while (rows > StridedRows)
        {
            Append(parts, channels, channels * 2, stride: 2);
            (channels, rows) = (channels * 2, (rows + 1) / 2);
        }

        Append(parts, channels, StridedWidth, stride: 1);
        Append(parts, StridedWidth, StridedWidth, stride: 2);
        parts.Add(new Named("", new GlobalAveragePool()));
        return new Row(parts);
    }

    /// <summary>Halves and doubles at every step down to 4 rows: for backbones that are small themselves.</summary>
    private static Row StridedLightTail(FeatureShape shape)
    {
        var parts = new List<Named>();
        var (channels, rows) = (shape.Channels, shape.Height);
        do
        {
            Append(parts, channels, channels * 2, stride: 2);
            (channels, rows) = (channels * 2, (rows + 1) / 2);
        }
        while (rows > LightRows);
        parts.Add(new Named("", new GlobalAveragePool()));
        return new Row(parts);
    }

    /// <summary>
    /// As <see cref="StridedLight"/>, with residual separable convolutions at 8 rows and at 4: depth for an eighth of
    /// what 3×3 convolutions cost. The light one halves with separable convolutions too, for a third of the macs.
    /// </summary>
    /// <remarks>Depthwise separable convolutions: Howard et al. 2017, arXiv:1704.04861, section 3.1.</remarks>
    /// <param name="parts">What comes before.</param>
    private static Row SeparableTail(List<Named> parts, int channels, int rows, bool light)
    {
        do
        {
            var number = parts.Count;
            if (light)
            {
                parts.Add(new Named($"depthwise{number}", new Conv(channels, channels, 3, Stride: 2, Padding: 1, Groups: channels)));
                parts.Add(new Named($"depthwise_bn{number}", new BatchNorm(channels)));
            }

            var convolution = light
                ? new Conv(channels, channels * 2, 1)
                : new Conv(channels, channels * 2, 3, Stride: 2, Padding: 1);
            (channels, rows) = (channels * 2, (rows + 1) / 2);
            parts.Add(new Named($"conv{number}", convolution));
            parts.Add(new Named($"bn{number}", new BatchNorm(channels)));
            parts.Add(new Named("", new Relu()));
            for (var i = 0; i < SeparableRepeats && rows <= StridedRows; i++)
            {
                parts.Add(new Named($"separable{parts.Count}", SeparableBlock(channels)));
            }
        }
        while (rows > LightRows);
        parts.Add(new Named("", new GlobalAveragePool()));
        return new Row(parts);
    }

    /// <summary>
    /// A small network of its own for an exit that sees the picture: <see cref="Separable"/> on a first convolution to
    /// <paramref name="width"/> channels at full resolution. It needs nothing of the backbone, so where the backbone is
    /// deep an answer from here costs a few percent.
    /// </summary>
    private static Row PixelsNet(FeatureShape shape, int width)
    {
        var parts = new List<Named>();
        Append(parts, shape.Channels, width, stride: 1);
        return SeparableTail(parts, width, shape.Height, light: false);
    }

    private static Residual SeparableBlock(int channels) => new(
        Row.Of(
            ("depthwise", new Conv(channels, channels, 3, Padding: 1, Groups: channels)),
            ("bn1", new BatchNorm(channels)),
            ("", new Relu()),
            ("pointwise", new Conv(channels, channels, 1)),
            ("bn2", new BatchNorm(channels))),
        Shortcut: null);

    private static void Append(List<Named> parts, int channelsIn, int channelsOut, int stride)
    {
        var number = parts.Count / 3;
        parts.Add(new Named($"conv{number}", new Conv(channelsIn, channelsOut, 3, stride, Padding: 1)));
        parts.Add(new Named($"bn{number}", new BatchNorm(channelsOut)));
        parts.Add(new Named("", new Relu()));
    }
}
