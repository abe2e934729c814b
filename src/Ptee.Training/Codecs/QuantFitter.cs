using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs;

/// <summary>Fits a quantizer's tables to features: no training, only means, counts and least squares.</summary>
internal sealed class QuantFitter(HardFeatures features)
{
    /// <summary>Squared steps that a bit may cost: the slope of error against rate of a uniform quantizer, 2 ln 2 / 12.</summary>
    private const float Trade = 0.1155f;

    private const int UsualContexts = 12;
    private const int Rounds = 3;

    /// <summary>Of each channel's values, those above the highest level.</summary>
    private const double Clipped = 0.0005;

    /// <summary>A channel to which nothing reacts counts as if it were this much of the mean.</summary>
    private const double LeastSensitivity = 0.01;

    /// <summary>Values of each channel that tables are fitted to: contexts and weights are few.</summary>
    private const int ValuesSeen = 100_000;

    private readonly FeatureShape _shape = features.Shape;
    private readonly int _images = Math.Clamp(ValuesSeen / (features.Shape.Height * features.Shape.Width), 1, features.Count);
    private readonly (float Low, float High)[] _ranges = Ranges(features);

    /// <summary>Of all values, around their channels' means; the root.</summary>
    private readonly double _spread = Spread(features);

    /// <summary>Steps that lose about the same for the answer in each channel.</summary>
    /// <param name="coarseness">A mean channel's step, of the values' spread.</param>
    /// <param name="sensitivity">C values, as <see cref="CutSensitivity"/> gives them: the more a channel matters, the finer its step.</param>
    public float[] Steps(double coarseness, double[] sensitivity)
    {
        var mean = sensitivity.Average();
        return [.. sensitivity.Select(one =>
        {
            var weight = mean > 0 ? Math.Max(one / mean, LeastSensitivity) : 1;
            return (float)(coarseness * _spread / Math.Sqrt(weight));
        })];
    }

    /// <param name="wanted">C values: a channel's step, unless its values would have too many levels.</param>
    /// <param name="contexts">Of each channel; 1: what is around a value says nothing about it.</param>
    /// <param name="refine">Also fit what the decoder makes of the levels around a value; a latent's decoder learns that itself.</param>
    public QuantTables Fit(float[] wanted, int contexts = UsualContexts, bool refine = false)
    {
        var steps = new float[_shape.Channels];
        var levels = 2;
        for (var channel = 0; channel < steps.Length; channel++)
        {
            var range = _ranges[channel].High - _ranges[channel].Low;
            var finest = Math.Max(range / (QuantTables.MostLevels - 1), 1e-6f);
            steps[channel] = Math.Max(wanted[channel], finest);
            levels = Math.Max(levels, Math.Min(QuantTables.MostLevels, (int)MathF.Ceiling(range / steps[channel]) + 1));
        }

        var tables = WithoutContexts(steps, levels);
        for (var round = 0; round < Rounds; round++)
        {
            tables = Refit(tables, Quantize(tables), contexts);
            tables = tables with { Trade = Trade };
        }

        return refine && _shape.Channels <= RefinementFitter.MostChannels
            ? RefinementFitter.Fit(features, tables, Quantize(tables))
            : tables;
    }

    private QuantTables WithoutContexts(float[] steps, int levels)
    {
        var decisions = Math.Min(levels - 1, QuantTables.MostDecisions);
        return new QuantTables(
            levels,
            [.. _ranges.Select(range => range.Low)],
            steps,
            [.. Enumerable.Range(0, _shape.Channels * levels).Select(i => _ranges[i / levels].Low + (i % levels * steps[i / levels]))],
            Trade: 0,
            new short[QuantNeighbours.Count(_shape.Channels)],
            new int[_shape.Channels],
            Contexts: 1,
            Bounds: [],
            [.. Enumerable.Repeat((ushort)(1 << 15), _shape.Channels * decisions)]);
    }

    /// <returns>(N, C, H, W).</returns>
    private byte[] Quantize(QuantTables tables)
    {
        var codec = new QuantCodec(_shape, tables);
        var levels = new byte[_images * _shape.Count];
        Parallel.For(0, _images, image => codec.Quantize(features[image], levels.AsSpan(image * _shape.Count, _shape.Count)));
        return levels;
    }

    private QuantTables Refit(QuantTables tables, byte[] levels, int contexts)
    {
        var values = Means(tables, levels);
        var weights = new short[tables.Weights.Length];
        var biases = new int[_shape.Channels];
        var bounds = new byte[_shape.Channels * (contexts - 1)];
        var probabilities = new ushort[_shape.Channels * contexts * tables.Decisions];
        using var mode = no_grad();
        using var outer = NewDisposeScope();
        var all = tensor(levels, [_images, _shape.Channels, _shape.Height, _shape.Width]).to(ScalarType.Float32);
        var around = Around(all);
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            using var scope = NewDisposeScope();
            var (inputs, target) = (Inputs(all, around, channel), all[.., channel].reshape(-1));
            var (own, bias) = Prediction(inputs, target);
            own.CopyTo(weights, QuantNeighbours.Start(channel));
            biases[channel] = bias;
            var expectations = Expectations(inputs, own, bias);
            var counts = Counts(expectations, levels, channel, tables.Decisions);
            var first = ContextMerger.Merge(counts, contexts);
            for (var k = 1; k < contexts; k++)
            {
                bounds[(channel * (contexts - 1)) + k - 1] = (byte)Math.Min(first[k], byte.MaxValue);
            }

            for (var k = 0; k < contexts; k++)
            {
                var end = k + 1 < contexts ? first[k + 1] : counts.Length;
                Probabilities(counts.AsSpan(first[k]..end), probabilities.AsSpan(((channel * contexts) + k) * tables.Decisions, tables.Decisions));
            }
        }

        return tables with
        {
            Values = values,
            Weights = weights,
            Biases = biases,
            Contexts = contexts,
            Bounds = bounds,
            Probabilities = probabilities,
        };
    }

    /// <summary>What a level is decoded to: the mean of what got it; where nothing did, its middle.</summary>
    private float[] Means(QuantTables tables, byte[] levels)
    {
        var (sums, counts) = (new double[tables.Values.Length], new long[tables.Values.Length]);
        var plane = _shape.Height * _shape.Width;
        for (var i = 0; i < levels.Length; i++)
        {
            var slot = (i % _shape.Count / plane * tables.Levels) + levels[i];
            sums[slot] += features.Values[i];
            counts[slot]++;
        }

        return [.. tables.Values.Select((_, slot) => counts[slot] > 0
            ? (float)(sums[slot] / counts[slot])
            : tables.Lows[slot / tables.Levels] + (slot % tables.Levels * tables.Steps[slot / tables.Levels]))];
    }

    /// <summary>The sum of the four levels around each.</summary>
    internal static Tensor Around(Tensor levels)
    {
        var padded = nn.functional.pad(levels, [1, 1, 1, 1]);
        return padded[.., .., 1..^1, ..^2] + padded[.., .., 1..^1, 2..] + padded[.., .., ..^2, 1..^1] + padded[.., .., 2.., 1..^1];
    }

    /// <returns>(N · H · W, weights of the channel), in the order of <see cref="QuantNeighbours"/>.</returns>
    private Tensor Inputs(Tensor levels, Tensor around, int channel)
    {
        var padded = nn.functional.pad(levels[.., channel], [2, 2, 2, 2]);
        var columns = QuantNeighbours.Own
            .Select(from => padded[.., (2 + from.Row)..(2 + from.Row + _shape.Height), (2 + from.Column)..(2 + from.Column + _shape.Width)].reshape(-1))
            .ToList();
        for (var other = 0; other < channel; other++)
        {
            columns.Add(levels[.., other].reshape(-1));
            columns.Add(around[.., other].reshape(-1));
        }

        return stack(columns, dim: 1);
    }

    /// <returns>Weights and bias as the codec uses them, whole numbers.</returns>
    private static (short[] Weights, int Bias) Prediction(Tensor inputs, Tensor target)
    {
        var solution = LeastSquares.Solve(inputs, target.unsqueeze(1)).reshape(-1).data<double>().ToArray();
        return (
            [.. solution.SkipLast(1).Select(weight => (short)Math.Clamp(Math.Round(weight * QuantTables.WeightScale), short.MinValue, short.MaxValue))],
            // Half a unit more: the codec rounds down.
            (int)Math.Round((solution[^1] * QuantTables.WeightScale) + (QuantTables.WeightScale / QuantTables.ExpectationScale / 2.0)));
    }

    /// <summary>The codec's own integer arithmetic, exact in doubles.</summary>
    private static byte[] Expectations(Tensor inputs, short[] weights, int bias)
    {
        var w = tensor(weights.Select(weight => (double)weight).ToArray(), [weights.Length, 1]);
        var sums = inputs.to(ScalarType.Float64).matmul(w).reshape(-1) + bias;
        var expectations = (sums / (QuantTables.WeightScale / QuantTables.ExpectationScale)).floor().clamp(0, QuantTables.Expectations - 1);
        return expectations.to(ScalarType.Byte).data<byte>().ToArray();
    }

    /// <returns>[expectation][level], all above the last decision together.</returns>
    private long[][] Counts(byte[] expectations, byte[] levels, int channel, int decisions)
    {
        var counts = new long[QuantTables.Expectations][];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = new long[decisions + 1];
        }

        var plane = _shape.Height * _shape.Width;
        for (var i = 0; i < expectations.Length; i++)
        {
            var level = levels[(i / plane * _shape.Count) + (channel * plane) + (i % plane)];
            counts[expectations[i]][Math.Min(level, decisions)]++;
        }

        return counts;
    }

    private static void Probabilities(ReadOnlySpan<long[]> counts, Span<ushort> probabilities)
    {
        var above = 0.0;
        foreach (var row in counts)
        {
            above += row[^1];
        }

        for (var d = probabilities.Length - 1; d >= 0; d--)
        {
            var atLeast = above;
            foreach (var row in counts)
            {
                atLeast += row[d];
            }

            probabilities[d] = (ushort)Math.Clamp(Math.Round((above + 0.4) / (atLeast + 0.8) * 65536), 16, 65536 - 16);
            above = atLeast;
        }
    }

    private static double Spread(HardFeatures features)
    {
        var plane = features.Shape.Height * features.Shape.Width;
        var (sums, squares) = (new double[features.Shape.Channels], new double[features.Shape.Channels]);
        for (var i = 0; i < features.Values.Length; i++)
        {
            var channel = i % features.Shape.Count / plane;
            sums[channel] += features.Values[i];
            squares[channel] += (double)features.Values[i] * features.Values[i];
        }

        var each = (double)features.Count * plane;
        return Math.Sqrt(sums.Zip(squares, (sum, square) => (square / each) - (sum / each * (sum / each))).Average());
    }

    private static (float Low, float High)[] Ranges(HardFeatures features)
    {
        var plane = features.Shape.Height * features.Shape.Width;
        var ranges = new (float, float)[features.Shape.Channels];
        Parallel.For(0, ranges.Length, channel =>
        {
            var values = new float[features.Count * plane];
            for (var image = 0; image < features.Count; image++)
            {
                features[image].Slice(channel * plane, plane).CopyTo(values.AsSpan(image * plane));
            }

            Array.Sort(values);
            ranges[channel] = (values[0], values[(int)((values.Length - 1) * (1 - Clipped))]);
        });
        return ranges;
    }
}
