using Ptee.Shared.Features.Quant;

namespace Ptee.Training.Codecs;

/// <summary>A quantizer and what it does on the images that it was fitted to.</summary>
/// <param name="Tables">Null where even the finest costs more agreement than was allowed; the other two are the finest's then.</param>
/// <param name="MeanBytes">Of a payload.</param>
/// <param name="Lost">Share of all images whose agreement with the backbone went.</param>
public sealed record QuantOutcome(QuantTables? Tables, double MeanBytes, double Lost);
