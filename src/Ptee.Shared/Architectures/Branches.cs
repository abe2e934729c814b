using System.Collections.Frozen;
using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Architectures;

/// <summary>The kinds of branches there are, by name. Adding one is a function and a line here.</summary>
public static class Branches
{
    public const string Strided = "strided";

    public const string StridedLight = "strided-light";

    /// <summary>Below this resolution a strided branch no longer halves.</summary>
    private const int StridedRows = 8;
    private const int StridedWidth = 128;
    private const int LightRows = 4;

    private static readonly FrozenDictionary<string, Func<FeatureShape, Row>> Bodies =
        new Dictionary<string, Func<FeatureShape, Row>>
        {
            ["conv1"] = shape => ConvX(shape, 1),
            ["conv2"] = shape => ConvX(shape, 2),
            ["conv3"] = shape => ConvX(shape, 3),
            [Strided] = StridedTail,
            [StridedLight] = StridedLightTail,
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Bodies.Keys.Order(StringComparer.Ordinal);

    /// <summary>A branch of that kind for features of that shape.</summary>
    /// <exception cref="PteeFormatException">No branch has that name.</exception>
    public static Branch Build(string kind, FeatureShape shape, int classes)
    {
        if (!Bodies.TryGetValue(kind, out var build))
        {
            throw new PteeFormatException($"unknown branch '{kind}'; known: {string.Join(", ", Names)}");
        }

        var body = build(shape);
        var count = Counter.Count(body, shape);
        var classifier = Counter.Count(new Linear(count.Out.Channels, classes), count.Out);
        var confidence = Counter.Count(new Linear(count.Out.Channels, 1), count.Out);
        return new Branch(
            kind,
            body,
            shape,
            count.Out.Channels,
            classes,
            count.Macs + classifier.Macs + confidence.Macs,
            count.Parameters + classifier.Parameters + confidence.Parameters);
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

    private static void Append(List<Named> parts, int channelsIn, int channelsOut, int stride)
    {
        var number = parts.Count / 3;
        parts.Add(new Named($"conv{number}", new Conv(channelsIn, channelsOut, 3, stride, Padding: 1)));
        parts.Add(new Named($"bn{number}", new BatchNorm(channelsOut)));
        parts.Add(new Named("", new Relu()));
    }
}
