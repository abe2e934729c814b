using System.Buffers;
using System.Numerics;

namespace Ptee.Shared.Features.Quant;

/// <summary>
/// Goes through the values of a feature tensor in their order and says what is to be expected of each: integers only, and the
/// same for the one who writes and the one who reads. Safe to share between threads.
/// </summary>
/// <remarks>
/// A value's level is predicted linearly from the levels coded before it; the prediction, cut into a few contexts, chooses the
/// probabilities that the level is coded with. Prediction contexts as in CALIC (Wu and Memon 1997), with weights that were
/// fitted on the features of this cut.
/// </remarks>
internal sealed class QuantModel
{
    private const int Before = 2; // Rows above and columns to the left that a neighbour may lie outside the map.
    private const int After = 1;

    private readonly FeatureShape _shape;
    private readonly QuantTables _tables;
    private readonly byte[] _contexts; // Channel · 256 + expectation.
    private readonly int _stride;
    private readonly int _plane;

    public QuantModel(FeatureShape shape, QuantTables tables)
    {
        tables.Validate(shape);
        (_shape, _tables) = (shape, tables);
        _stride = Before + shape.Width + After;
        _plane = checked((Before + shape.Height + After) * _stride);
        _contexts = new byte[shape.Channels * QuantTables.Expectations];
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var bounds = tables.Bounds.AsSpan(channel * (tables.Contexts - 1), tables.Contexts - 1);
            var context = 0;
            for (var expectation = 0; expectation < QuantTables.Expectations; expectation++)
            {
                while (context < bounds.Length && expectation >= bounds[context])
                {
                    context++;
                }

                _contexts[(channel * QuantTables.Expectations) + expectation] = (byte)context;
            }
        }
    }

    public void Walk<TCoder>(ref TCoder coder)
        where TCoder : IQuantCoder, allows ref struct
    {
        // Of each channel the levels, then the sums of the four around each, with a margin of zeros.
        var size = 2 * _shape.Channels * _plane;
        var rented = ArrayPool<int>.Shared.Rent(size + _plane);
        try
        {
            var maps = rented.AsSpan(0, size);
            var expected = rented.AsSpan(size, _plane);
            maps.Clear();
            for (var channel = 0; channel < _shape.Channels; channel++)
            {
                FromOtherChannels(channel, maps, expected);
                var levels = maps.Slice(2 * channel * _plane, _plane);
                Walk(ref coder, channel, levels, expected);
                SumAround(levels, maps.Slice(((2 * channel) + 1) * _plane, _plane));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    private void Walk<TCoder>(ref TCoder coder, int channel, Span<int> levels, ReadOnlySpan<int> expected)
        where TCoder : IQuantCoder, allows ref struct
    {
        var weights = _tables.Weights.AsSpan(QuantNeighbours.Start(channel), QuantNeighbours.Own.Count);
        var contexts = _contexts.AsSpan(channel * QuantTables.Expectations, QuantTables.Expectations);
        var (w0, w1, w2, w3, w4, w5) = (weights[0], weights[1], weights[2], weights[3], weights[4], weights[5]);
        var index = channel * _shape.Height * _shape.Width;
        for (var row = 0; row < _shape.Height; row++)
        {
            var at = ((row + Before) * _stride) + Before;
            for (var column = 0; column < _shape.Width; column++, at++, index++)
            {
                var sum = expected[at] + (w0 * levels[at - 1]) + (w1 * levels[at - _stride]) + (w2 * levels[at - _stride + 1])
                    + (w3 * levels[at - _stride - 1]) + (w4 * levels[at - 2]) + (w5 * levels[at - (2 * _stride)]);
                var expectation = Math.Clamp(sum >> QuantTables.WeightShift, 0, QuantTables.Expectations - 1);
                levels[at] = coder.Level(index, channel, contexts[expectation]);
            }
        }
    }

    private void FromOtherChannels(int channel, ReadOnlySpan<int> maps, Span<int> expected)
    {
        expected.Fill(_tables.Biases[channel]);
        var weights = _tables.Weights.AsSpan(
            QuantNeighbours.Start(channel) + QuantNeighbours.Own.Count, QuantNeighbours.OfOtherChannel * channel);
        for (var map = 0; map < weights.Length; map++)
        {
            if (weights[map] != 0)
            {
                AddScaled(maps.Slice(map * _plane, _plane), weights[map], expected);
            }
        }
    }

    private static void AddScaled(ReadOnlySpan<int> map, int weight, Span<int> sums)
    {
        var i = 0;
        for (; i + Vector<int>.Count <= map.Length; i += Vector<int>.Count)
        {
            (new Vector<int>(sums[i..]) + (new Vector<int>(map[i..]) * weight)).CopyTo(sums[i..]);
        }

        for (; i < map.Length; i++)
        {
            sums[i] += map[i] * weight;
        }
    }

    /// <summary>Inside the margin; the sums in the margin are never looked at.</summary>
    private void SumAround(ReadOnlySpan<int> levels, Span<int> sums)
    {
        var (i, end) = (_stride, _plane - _stride);
        for (; i + Vector<int>.Count <= end; i += Vector<int>.Count)
        {
            (new Vector<int>(levels[(i - 1)..]) + new Vector<int>(levels[(i + 1)..])
                + new Vector<int>(levels[(i - _stride)..]) + new Vector<int>(levels[(i + _stride)..])).CopyTo(sums[i..]);
        }

        for (; i < end; i++)
        {
            sums[i] = levels[i - 1] + levels[i + 1] + levels[i - _stride] + levels[i + _stride];
        }
    }
}
