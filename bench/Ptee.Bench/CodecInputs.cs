using Ptee.Shared.Features;
using Ptee.Shared.Inference;

namespace Ptee.Bench;

/// <summary>What a codec is given of the images that no exit on the device was sure of.</summary>
internal static class CodecInputs
{
    /// <param name="rows">Their places among <paramref name="pictures"/>.</param>
    /// <param name="features">Of these images at the cut, one after the other.</param>
    /// <param name="pictures">Of the whole batch, normalized.</param>
    /// <returns>As many values an image as the codec's shape: features, latents or pictures.</returns>
    public static float[] Of(IFeatureCodec codec, IEngine engine, int cut, int[] rows, ReadOnlySpan<float> features, float[] pictures)
    {
        var size = codec.Shape.Count;
        switch (codec.Input)
        {
            case CodecInput.Picture:
                return [.. rows.SelectMany(row => pictures[(row * size)..((row + 1) * size)])];
            case CodecInput.Latent when rows.Length > 0:
                var latents = new float[rows.Length * size];
                engine.RunEncoder(cut, rows.Length, features, latents);
                return latents;
            default:
                return features.ToArray();
        }
    }
}
