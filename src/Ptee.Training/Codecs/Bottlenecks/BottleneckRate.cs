using Ptee.Shared.Features.Quant;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>One of a bottleneck's rates and what it does on held-out images; what is null was not measured here.</summary>
/// <param name="Tables">For the quantized latent.</param>
/// <param name="MeanBytes">Of a payload.</param>
/// <param name="Lost">Share of all images whose agreement with the backbone goes.</param>
/// <param name="LostOfBlends">The same of held-out pictures changed as in training: cropped, mirrored, some of them blends of two, which no
/// backbone has seen.</param>
public sealed record BottleneckRate(QuantTables Tables, double? MeanBytes = null, double? Lost = null, double? LostOfBlends = null);
