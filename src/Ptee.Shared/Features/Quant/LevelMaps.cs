using System.Numerics;
using System.Runtime.InteropServices;

namespace Ptee.Shared.Features.Quant;

/// <summary>
/// Where the levels of a feature tensor lie in memory while it is coded: of each channel a map of its levels and a map of the
/// sums of the four around each; the levels have a margin of zeros. Holds no memory itself. Whole numbers only, so that every machine gets the same.
/// </summary>
internal sealed class LevelMaps
{
    private const int Before = 2; // Rows above and columns to the left that a neighbour may lie outside the map.
    private const int After = 1;
    private const int Block = 4; // Vectors whose sums stay in registers while all channels are added.

    private readonly FeatureShape _shape;

    public LevelMaps(FeatureShape shape)
    {
        _shape = shape;
        Stride = Before + shape.Width + After;
        // Whole blocks, so that no sum has a rest: what is beyond the map is as zero as its margin.
        var block = Block * Vector<int>.Count;
        Plane = checked(((((Before + shape.Height + After) * Stride) + block - 1) / block) * block);
        Length = checked(2 * shape.Channels * Plane);
    }

    /// <summary>From a value to the one below it.</summary>
    public int Stride { get; }

    /// <summary>Numbers of a map.</summary>
    public int Plane { get; }

    /// <summary>Numbers of all maps.</summary>
    public int Length { get; }

    /// <summary>Of a row's first value in its map.</summary>
    public int At(int row) => ((row + Before) * Stride) + Before;

    public Span<int> Levels(Span<int> maps, int channel) => maps.Slice(2 * channel * Plane, Plane);

    public ReadOnlySpan<int> Levels(ReadOnlySpan<int> maps, int channel) => maps.Slice(2 * channel * Plane, Plane);

    /// <summary>Fills the channel's second map, inside the margin; nobody looks at the sums in the margin.</summary>
    public void SumAround(Span<int> maps, int channel)
    {
        var levels = Levels(maps, channel);
        var sums = maps.Slice(((2 * channel) + 1) * Plane, Plane);
        var (i, end) = (Stride, (Before + _shape.Height) * Stride);
        for (; i + Vector<int>.Count <= end; i += Vector<int>.Count)
        {
            (new Vector<int>(levels[(i - 1)..]) + new Vector<int>(levels[(i + 1)..])
                + new Vector<int>(levels[(i - Stride)..]) + new Vector<int>(levels[(i + Stride)..])).CopyTo(sums[i..]);
        }

        for (; i < end; i++)
        {
            sums[i] = levels[i - 1] + levels[i + 1] + levels[i - Stride] + levels[i + Stride];
        }
    }

    /// <summary>For each place of a map, a constant and both maps of some channels, weighted.</summary>
    /// <param name="channels">Those that have a level above 0: the others add nothing.</param>
    /// <param name="weights">Two for each channel from 0 on: of its level at the same place, and of the sum around it.</param>
    /// <param name="sums">Receives a map.</param>
    public void Weighted(ReadOnlySpan<int> maps, ReadOnlySpan<int> channels, ReadOnlySpan<short> weights, int constant, Span<int> sums)
    {
        var from = MemoryMarshal.Cast<int, Vector<int>>(maps);
        var to = MemoryMarshal.Cast<int, Vector<int>>(sums);
        var start = new Vector<int>(constant);
        var plane = Plane / Vector<int>.Count;
        for (var at = 0; at < plane; at += Block)
        {
            var (sum0, sum1, sum2, sum3) = (start, start, start, start);
            foreach (var channel in channels)
            {
                var same = from.Slice((2 * channel * plane) + at, Block);
                var around = from.Slice((((2 * channel) + 1) * plane) + at, Block);
                var (a, b) = (new Vector<int>(weights[2 * channel]), new Vector<int>(weights[(2 * channel) + 1]));
                sum0 += (same[0] * a) + (around[0] * b);
                sum1 += (same[1] * a) + (around[1] * b);
                sum2 += (same[2] * a) + (around[2] * b);
                sum3 += (same[3] * a) + (around[3] * b);
            }

            (to[at], to[at + 1], to[at + 2], to[at + 3]) = (sum0, sum1, sum2, sum3);
        }
    }
}
