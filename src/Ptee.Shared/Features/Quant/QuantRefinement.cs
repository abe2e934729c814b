using MessagePack;

namespace Ptee.Shared.Features.Quant;

/// <summary>
/// What the decoder knows of a value beyond its own level: when all levels are there, those around it and those of all channels
/// say where in its step it lies. Fitted by least squares, as the prediction is. Arrays run channel by channel.
/// </summary>
/// <param name="Weights">C·2C, of 8,192: for each channel, two of every channel, its level at the same place and the sum of the four around that.</param>
/// <param name="Biases">C values, of 8,192.</param>
/// <param name="Gains">C·L values: a level is decoded to its value plus this times the sum, and never below the channel's low.</param>
[MessagePackObject]
public sealed record QuantRefinement(
    [property: Key("weights")] short[] Weights,
    [property: Key("biases")] int[] Biases,
    [property: Key("gains")] float[] Gains);
