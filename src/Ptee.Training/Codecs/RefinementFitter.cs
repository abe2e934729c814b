using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs;

/// <summary>Fits a <see cref="QuantRefinement"/>: least squares of what quantization took from each value, on all levels around it.</summary>
internal static class RefinementFitter
{
    /// <summary>With more the weights, two for each pair of channels, would fill the manifest.</summary>
    public const int MostChannels = 128;

    /// <summary>A level that few values got has the gain of all levels: this many values count for that.</summary>
    private const double ValuesOfUsualGain = 200;

    /// <param name="levels">(N, C, H, W), of the first images.</param>
    /// <returns>The tables with refinement, and with values that go with it.</returns>
    public static QuantTables Fit(HardFeatures features, QuantTables tables, byte[] levels)
    {
        var shape = features.Shape;
        long[] whole = [levels.Length / shape.Count, shape.Channels, shape.Height, shape.Width];
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var all = tensor(levels, whole).to(ScalarType.Float32);
        // (N · H · W, 2C): of each channel the level, then the sum around it.
        var inputs = stack([all, QuantFitter.Around(all)], dim: 2).permute(0, 3, 4, 1, 2).reshape(-1, 2 * shape.Channels);
        var values = tensor(features.Values.AsSpan(0, levels.Length).ToArray(), whole);
        var (lost, steps) = (values - tensor(Decoded(tables, levels, shape), whole), tensor(tables.Steps).reshape(1, -1, 1, 1));
        var (weights, biases) = Correction(inputs, (lost / steps).permute(0, 2, 3, 1).reshape(-1, shape.Channels));

        // What the decoder will add up, exact in doubles: (C, N · H · W).
        var sums = (tensor(weights.Select(weight => (double)weight).ToArray(), [shape.Channels, 2 * shape.Channels])
            .matmul(inputs.to(ScalarType.Float64).t()) + tensor(biases.Select(bias => (double)bias).ToArray(), [shape.Channels, 1]))
            .data<double>().ToArray();
        var (fitted, gains) = (new float[tables.Values.Length], new float[tables.Values.Length]);
        Parallel.For(0, shape.Channels, channel => FitGains(features, tables, levels, sums, channel, fitted, gains));
        return tables with { Values = fitted, Refinement = new QuantRefinement(weights, biases, gains) };
    }

    private static float[] Decoded(QuantTables tables, byte[] levels, FeatureShape shape)
    {
        var plane = shape.Height * shape.Width;
        var decoded = new float[levels.Length];
        for (var i = 0; i < decoded.Length; i++)
        {
            decoded[i] = tables.Values[(i % shape.Count / plane * tables.Levels) + levels[i]];
        }

        return decoded;
    }

    /// <returns>Whole numbers of <see cref="QuantTables.WeightScale"/>: (C, 2C) and C.</returns>
    private static (short[] Weights, int[] Biases) Correction(Tensor inputs, Tensor targets)
    {
        var solution = LeastSquares.Solve(inputs, targets) * tensor((double)QuantTables.WeightScale);
        var weights = solution[..^1].t().contiguous().round().clamp(short.MinValue, short.MaxValue).data<double>().ToArray();
        return ([.. weights.Select(weight => (short)weight)], [.. solution[^1].contiguous().data<double>().ToArray().Select(bias => (int)Math.Round(bias))]);
    }

    /// <summary>For each level of a channel the line through what got it: what it is decoded to where the sum is 0, and what the sum adds.</summary>
    private static void FitGains(
        HardFeatures features, QuantTables tables, byte[] levels, double[] sums, int channel, float[] fitted, float[] gains)
    {
        var shape = features.Shape;
        var plane = shape.Height * shape.Width;
        var each = new Line[tables.Levels];
        var whole = default(Line);
        for (var i = 0; i < levels.Length / shape.Channels; i++)
        {
            var at = (i / plane * shape.Count) + (channel * plane) + (i % plane);
            var sum = sums[((long)channel * (levels.Length / shape.Channels)) + i];
            each[levels[at]].Add(sum, features.Values[at]);
            whole.Add(sum, 0);
        }

        var usual = (double)tables.Steps[channel] / QuantTables.WeightScale;
        var weight = ValuesOfUsualGain * whole.Variance;
        for (var level = 0; level < tables.Levels; level++)
        {
            var slot = (channel * tables.Levels) + level;
            var gain = each[level].Gain(usual, weight);
            gains[slot] = (float)gain;
            fitted[slot] = each[level].Count > 0 ? (float)(each[level].MeanY - (gain * each[level].MeanX)) : tables.Values[slot];
        }
    }

    /// <summary>Sums for a line of least squares, y over x.</summary>
    private struct Line
    {
        private double _x;
        private double _y;
        private double _xx;
        private double _xy;

        public long Count { get; private set; }

        public readonly double MeanX => Count > 0 ? _x / Count : 0;

        public readonly double MeanY => Count > 0 ? _y / Count : 0;

        public readonly double Variance => Count > 0 ? (_xx / Count) - (MeanX * MeanX) : 0;

        public void Add(double x, double y)
        {
            Count++;
            _x += x;
            _y += y;
            _xx += x * x;
            _xy += x * y;
        }

        /// <param name="usual">Where nothing is known.</param>
        /// <param name="weight">How much that counts, in squared x.</param>
        public readonly double Gain(double usual, double weight)
        {
            var (xy, xx) = (_xy - (Count * MeanX * MeanY), Count * Variance);
            return xx + weight > 0 ? (xy + (weight * usual)) / (xx + weight) : 0;
        }
    }
}
