using Ptee.Model;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Weights;
using Ptee.Training.Progress;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>A bottleneck's encoder and decoder, and the prior that they are trained with. Not thread-safe.</summary>
public sealed class BottleneckNetworks : ILearner, IDisposable
{
    private const string EncoderPrefix = "encoder.";
    private const string DecoderPrefix = "decoder.";

    /// <summary>Of a latent's values before its ReLU, in steps of 1: with less most would be rounded to nothing, and nothing
    /// would be learned from them.</summary>
    private const float FirstSpread = 3;
    private readonly RowNetwork _encoder;
    private readonly RowNetwork _decoder;

    /// <summary>New, random weights.</summary>
    public BottleneckNetworks(Bottleneck layers)
    {
        Layers = layers;
        _encoder = new RowNetwork(layers.Encoder);
        _decoder = new RowNetwork(layers.Decoder);
        Prior = new LatentPrior(layers.Latent.Channels);
        var weights = _encoder.CopyWeights();
        Array.Fill(weights[$"{Bottleneck.LatentNorm}.weight"].Values, FirstSpread);
        _encoder.SetWeights(weights, "a new encoder");
    }

    public Bottleneck Layers { get; }

    public IEnumerable<Parameter> Parameters => [.. _encoder.Parameters, .. _decoder.Parameters, Prior.Locations, Prior.LogScales];

    internal LatentPrior Prior { get; }

    /// <param name="features">(N, C, H, W) of the cut; the caller keeps it.</param>
    /// <returns>The latent, not quantized; the caller disposes of it.</returns>
    public Tensor Encode(Tensor features) => _encoder.Run(features);

    /// <param name="latent">Quantized; the caller keeps it.</param>
    /// <returns>(N, C, H, W) of the cut; the caller disposes of it.</returns>
    public Tensor Decode(Tensor latent) => _decoder.Run(latent);

    public void SetTraining(bool training)
    {
        _encoder.SetTraining(training);
        _decoder.SetTraining(training);
    }

    /// <summary>As a bundle has them.</summary>
    public BottleneckWeights CopyNetworks() => new(_encoder.CopyWeights(), _decoder.CopyWeights());

    public Dictionary<string, Weight> CopyWeights() => new(
        Prior.CopyWeights()
            .Concat(Join(CopyNetworks())),
        StringComparer.Ordinal);

    public void SetWeights(IReadOnlyDictionary<string, Weight> weights)
    {
        SetWeights(Split(weights));
        Prior.SetWeights(weights);
    }

    /// <summary>As a bundle has them: the prior, which only training needs, stays as it is.</summary>
    public void SetWeights(BottleneckWeights weights)
    {
        _encoder.SetWeights(weights.Encoder, "the bottleneck's encoder");
        _decoder.SetWeights(weights.Decoder, "the bottleneck's decoder");
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        Prior.Dispose();
    }

    /// <summary>Both networks' weights in one set: <c>encoder.…</c>, <c>decoder.…</c>.</summary>
    public static Dictionary<string, Weight> Join(BottleneckWeights weights) => new(
        weights.Encoder.Select(entry => KeyValuePair.Create(EncoderPrefix + entry.Key, entry.Value))
            .Concat(weights.Decoder.Select(entry => KeyValuePair.Create(DecoderPrefix + entry.Key, entry.Value))),
        StringComparer.Ordinal);

    /// <summary>What <see cref="Join"/> put together; what is neither's is left out.</summary>
    public static BottleneckWeights Split(IReadOnlyDictionary<string, Weight> weights) =>
        new(Under(EncoderPrefix, weights), Under(DecoderPrefix, weights));

    private static Dictionary<string, Weight> Under(string prefix, IReadOnlyDictionary<string, Weight> weights) => weights
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);
}
