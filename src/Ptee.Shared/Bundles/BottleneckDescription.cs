using MessagePack;
using Ptee.Shared.Features.Quant;

namespace Ptee.Shared.Bundles;

/// <summary>An encoder and a decoder that were trained for one cut: see <see cref="Architectures.Bottleneck"/>.</summary>
/// <param name="Width">Channels inside the encoder.</param>
/// <param name="Channels">Of the latent.</param>
/// <param name="Rates">Tables for the latent, from the finest rate to the coarsest: codecs <c>bottleneck</c>,
/// <c>bottleneck-2</c> and so on.</param>
/// <param name="Provenance">How the networks were trained.</param>
[MessagePackObject]
public sealed record BottleneckDescription(
    [property: Key("width")] int Width,
    [property: Key("channels")] int Channels,
    [property: Key("rates")] QuantTables[] Rates,
    [property: Key("provenance")] Provenance Provenance);
