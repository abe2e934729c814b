using Ptee.Data;
using Ptee.Shared.Preprocessing;

namespace Ptee.Training.Batches;

/// <summary>Turns pictures into network input: random crop and flip for training, or as they are.</summary>
/// <remarks>
/// A crop of the full size is taken from the picture padded by 4 zeros; a smaller crop from inside the picture.
/// Padding is zero after normalization (the mean colour).
/// </remarks>
public sealed class Augmenter(PreprocessingSpec preprocessing)
{
    private const int Padding = 4;
    private readonly Normalizer _normalizer = new(preprocessing);

    /// <summary>Pictures as they are.</summary>
    /// <returns>(N, 3, size, size), row-major.</returns>
    public float[] Plain(ImageSet images, ReadOnlySpan<int> indexes)
    {
        var one = ImageSet.Channels * images.Size * images.Size;
        var values = new float[indexes.Length * one];
        for (var i = 0; i < indexes.Length; i++)
        {
            _normalizer.Normalize(images.Pixels(indexes[i]), values.AsSpan(i * one, one));
        }

        return values;
    }

    /// <summary>A random crop of each picture, mirrored half of the time.</summary>
    /// <returns>(N, 3, crop, crop), row-major.</returns>
    public float[] Random(ImageSet images, ReadOnlySpan<int> indexes, int crop, Random random)
    {
        var one = ImageSet.Channels * crop * crop;
        var values = new float[indexes.Length * one];
        var padding = crop < images.Size ? 0 : Padding;
        var places = images.Size + (2 * padding) - crop + 1;
        for (var i = 0; i < indexes.Length; i++)
        {
            var view = new View(random.Next(places) - padding, random.Next(places) - padding, random.Next(2) == 1);
            Copy(images.Pixels(indexes[i]), images.Size, values.AsSpan(i * one, one), crop, view);
        }

        return values;
    }

    /// <summary>Blends the first pictures of a batch with others of it: w · x + (1 − w) · x', w uniform in [0, 1].</summary>
    /// <remarks>
    /// Zhang et al. 2017, arXiv:1710.09412. Pictures that the backbone never saw, for it to say what it makes of them: Beyer et
    /// al. 2021, arXiv:2106.05237, section 3.
    /// </remarks>
    /// <param name="batch">(<paramref name="count"/>, …), row-major; changed in place.</param>
    /// <param name="share">Of the pictures, from 0 to 1; 0 draws no random number.</param>
    public static void Mix(float[] batch, int count, double share, Random random)
    {
        var mixed = (int)(share * count);
        if (mixed == 0)
        {
            return;
        }

        var one = batch.Length / count;
        float[] pure = [.. batch];
        for (var i = 0; i < mixed; i++)
        {
            var weight = (float)random.NextDouble();
            var other = pure.AsSpan(random.Next(count) * one, one);
            var picture = batch.AsSpan(i * one, one);
            for (var k = 0; k < one; k++)
            {
                picture[k] = (weight * picture[k]) + ((1 - weight) * other[k]);
            }
        }
    }

    private void Copy(ReadOnlySpan<byte> pixels, int size, Span<float> values, int crop, View view)
    {
        var first = Math.Max(0, -view.Left);
        var end = Math.Min(crop, size - view.Left);
        for (var channel = 0; channel < ImageSet.Channels; channel++)
        {
            var table = _normalizer.Table(channel);
            for (var row = Math.Max(0, -view.Top); row < Math.Min(crop, size - view.Top); row++)
            {
                var from = pixels.Slice(((channel * size) + row + view.Top) * size, size);
                var to = values.Slice(((channel * crop) + row) * crop, crop);
                for (var column = first; column < end; column++)
                {
                    to[view.Mirrored ? crop - 1 - column : column] = table[from[column + view.Left]];
                }
            }
        }
    }

    private readonly record struct View(int Top, int Left, bool Mirrored);
}
