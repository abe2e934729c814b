using Ptee.Shared.Bundles;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>What <c>codec.json</c> holds: a trained bottleneck, its weights aside.</summary>
/// <param name="Backbone">SHA-256 of the weights of the backbone that it was trained around.</param>
/// <param name="Model">Id of the bundle that the folder packed to without codecs: thresholds say which images it is for.</param>
/// <param name="Block">That its cut is after.</param>
/// <param name="Width">Channels inside the encoder.</param>
/// <param name="Channels">Of the latent.</param>
/// <param name="Rates">From the finest.</param>
/// <param name="Usual">Index of the rate that is used unless another codec is asked for; null: none.</param>
/// <param name="Training">How it was trained; its hash is of the weights.</param>
public sealed record BottleneckResult(
    string Backbone, string Model, int Block, int Width, int Channels, BottleneckRate[] Rates, int? Usual, Provenance Training);
