using System.Buffers;

namespace Ptee.Shared.Features.Quant;

/// <summary>
/// Goes through the values of a feature tensor in their order and says what is to be expected of each: integers only, and the
/// same for the one who writes and the one who reads. At the end it says where in their steps the values lie. Safe to share between threads.
/// </summary>
/// <remarks>
/// A value's level is predicted linearly from the levels coded before it; the prediction, cut into a few contexts, chooses the
/// probabilities that the level is coded with. Prediction contexts as in CALIC (Wu and Memon 1997), with weights that were
/// fitted on the features of this cut.
/// </remarks>
internal sealed class QuantModel
{
    private readonly FeatureShape _shape;
    private readonly QuantTables _tables;
    private readonly LevelMaps _layout;
    private readonly byte[] _contexts; // Channel · 256 + expectation.

    public QuantModel(FeatureShape shape, QuantTables tables)
    {
        tables.Validate(shape);
        (_shape, _tables) = (shape, tables);
        _layout = new LevelMaps(shape);
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
        where TCoder : IQuantCoder, allows ref struct => Walk(ref coder, values: []);

    /// <param name="values">(C, H, W) as the coder left them: refined at the end, where the tables know how. Empty: there are none.</param>
    public void Walk<TCoder>(ref TCoder coder, Span<float> values)
        where TCoder : IQuantCoder, allows ref struct
    {
        var rented = ArrayPool<int>.Shared.Rent(_layout.Length + _layout.Plane + _shape.Channels);
        try
        {
            var maps = rented.AsSpan(0, _layout.Length);
            var sums = rented.AsSpan(_layout.Length, _layout.Plane);
            var telling = rented.AsSpan(_layout.Length + _layout.Plane, _shape.Channels); // Channels with a level above 0.
            var count = 0;
            maps.Clear();
            for (var channel = 0; channel < _shape.Channels; channel++)
            {
                var weights = _tables.Weights.AsSpan(
                    QuantNeighbours.Start(channel) + QuantNeighbours.Own.Count, QuantNeighbours.OfOtherChannel * channel);
                _layout.Weighted(maps, telling[..count], weights, _tables.Biases[channel], sums);
                var levels = _layout.Levels(maps, channel);
                Walk(ref coder, channel, levels, sums);
                if (levels.ContainsAnyExcept(0))
                {
                    _layout.SumAround(maps, channel);
                    telling[count++] = channel;
                }
            }

            if (_tables.Refinement is { } refinement && !values.IsEmpty)
            {
                Refine(refinement, maps, telling[..count], sums, values);
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
        var stride = _layout.Stride;
        for (var row = 0; row < _shape.Height; row++)
        {
            var at = _layout.At(row);
            for (var column = 0; column < _shape.Width; column++, at++, index++)
            {
                var sum = expected[at] + (w0 * levels[at - 1]) + (w1 * levels[at - stride]) + (w2 * levels[at - stride + 1])
                    + (w3 * levels[at - stride - 1]) + (w4 * levels[at - 2]) + (w5 * levels[at - (2 * stride)]);
                var expectation = Math.Clamp(sum >> QuantTables.WeightShift, 0, QuantTables.Expectations - 1);
                levels[at] = coder.Level(index, channel, contexts[expectation]);
            }
        }
    }

    private void Refine(QuantRefinement refinement, ReadOnlySpan<int> maps, ReadOnlySpan<int> telling, Span<int> sums, Span<float> values)
    {
        var index = 0;
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            var weights = refinement.Weights.AsSpan(
                QuantNeighbours.OfOtherChannel * channel * _shape.Channels, QuantNeighbours.OfOtherChannel * _shape.Channels);
            _layout.Weighted(maps, telling, weights, refinement.Biases[channel], sums);
            var levels = _layout.Levels(maps, channel);
            var gains = refinement.Gains.AsSpan(channel * _tables.Levels, _tables.Levels);
            var low = _tables.Lows[channel];
            for (var row = 0; row < _shape.Height; row++)
            {
                var at = _layout.At(row);
                for (var column = 0; column < _shape.Width; column++, at++, index++)
                {
                    values[index] = Math.Max(low, values[index] + (gains[levels[at]] * sums[at]));
                }
            }
        }
    }
}
