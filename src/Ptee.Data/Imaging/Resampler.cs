namespace Ptee.Data.Imaging;

/// <summary>
/// Scales with a triangle filter as wide as the reduction, so every source pixel counts; what a training pipeline's
/// "resize the shorter side, then crop the centre" does. Plain arithmetic: the same bytes on every machine.
/// </summary>
/// <remarks>Source: Pillow's Resample.c (bilinear, antialiased); its result between the two passes is rounded to
/// bytes, ours is not, so single values differ by 1.</remarks>
internal static class Resampler
{
    /// <summary>The largest picture a network takes; bounds the memory for the rows between the passes.</summary>
    public const int MaxSize = 1_024;

    public static byte[] ToSquare(ReadOnlySpan<byte> chw, int width, int height, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        if (width == size && height == size)
        {
            return chw.ToArray();
        }

        var shorter = Math.Min(width, height);
        var columns = Taps.ForCentre(width, shorter, size);
        var rows = Taps.ForCentre(height, shorter, size);
        var first = rows[0].First;
        var last = rows[^1].First + rows[^1].Weights.Length;
        var result = new byte[ImageSet.Channels * size * size];
        var between = new float[(last - first) * size];
        for (var channel = 0; channel < ImageSet.Channels; channel++)
        {
            var plane = chw.Slice(channel * width * height, width * height);
            for (var y = first; y < last; y++)
            {
                ScaleRow(plane.Slice(y * width, width), columns, between.AsSpan((y - first) * size, size));
            }

            ScaleColumns(between, first, rows, result.AsSpan(channel * size * size, size * size));
        }

        return result;
    }

    private static void ScaleRow(ReadOnlySpan<byte> row, Taps[] columns, Span<float> result)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var (start, weights) = columns[x];
            var sum = 0f;
            for (var i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * row[start + i];
            }

            result[x] = sum;
        }
    }

    private static void ScaleColumns(float[] between, int firstRow, Taps[] rows, Span<byte> result)
    {
        var size = rows.Length;
        for (var y = 0; y < size; y++)
        {
            var (start, weights) = rows[y];
            for (var x = 0; x < size; x++)
            {
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++)
                {
                    sum += weights[i] * between[((start - firstRow + i) * size) + x];
                }

                result[(y * size) + x] = (byte)Math.Clamp(sum + 0.5f, byte.MinValue, byte.MaxValue);
            }
        }
    }
}
