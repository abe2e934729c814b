using Ptee.Shared.Bundles;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>What <c>codec.json</c> holds: a trained bottleneck, its weights aside.</summary>
/// <param name="Backbone">SHA-256 of the weights of the backbone that it was trained around.</param>
/// <param name="Block">That its cut is after.</param>
/// <param name="Width">Channels inside the encoder.</param>
/// <param name="Channels">Of the latent.</param>
/// <param name="Rates">From the finest.</param>
/// <param name="Usual">Index of the rate that is used unless another codec is asked for; null: none.</param>
/// <param name="Training">How it was trained.</param>
public sealed record BottleneckResult(
    string Backbone, int Block, int Width, int Channels, BottleneckRate[] Rates, int? Usual, Provenance Training);
