using Ptee.Data;
using Ptee.Shared.Preprocessing;

namespace Ptee.Training.Evaluation;

/// <summary>A set's pictures in order, as network input.</summary>
public sealed class ImageBatches(PreprocessingSpec preprocessing, ImageSet images, int batchSize)
{
    private readonly Normalizer _normalizer = new(preprocessing);

    /// <returns>First index, N, and (N, 3, H, W).</returns>
    public IEnumerable<(int First, int Count, float[] Input)> All()
    {
        var one = ImageSet.Channels * images.Size * images.Size;
        for (var first = 0; first < images.Count; first += batchSize)
        {
            var count = Math.Min(batchSize, images.Count - first);
            var input = new float[count * one];
            for (var i = 0; i < count; i++)
            {
                _normalizer.Normalize(images.Pixels(first + i), input.AsSpan(i * one, one));
            }

            yield return (first, count, input);
        }
    }
}
