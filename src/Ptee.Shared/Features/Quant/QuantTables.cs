using MessagePack;

namespace Ptee.Shared.Features.Quant;

/// <summary>
/// What <see cref="QuantCodec"/> knows of the features at one cut before the first byte comes; fitted on training images
/// that did not leave early, never on test images, and kept in the bundle. Arrays run channel by channel.
/// </summary>
/// <param name="Levels">Levels of a value, L: 2 to 256.</param>
/// <param name="Lows">C values: the middle of a channel's level 0.</param>
/// <param name="Steps">C values: from a level's middle to the next one's.</param>
/// <param name="Values">C·L values: what each level is decoded to, the mean of what was given that level; with a
/// <paramref name="Refinement"/>, where its sum is 0.</param>
/// <param name="Trade">What a bit may cost in squared steps when a level is chosen; 0 takes the nearest level.</param>
/// <param name="Weights">For each channel the weights of <see cref="QuantNeighbours"/>, of 8,192.</param>
/// <param name="Biases">C values, of 8,192.</param>
/// <param name="Contexts">Contexts of a channel, K: 1 to 32.</param>
/// <param name="Bounds">C·(K − 1), not falling: the first expectation, of 32, that belongs to the next context.</param>
/// <param name="Probabilities">C·K·D of 65,536, D = min(L − 1, 15): that a level is above d, given that it is at least d.</param>
/// <param name="Refinement">Null: a level is decoded to its value, whatever is around it.</param>
[MessagePackObject]
public sealed record QuantTables(
    [property: Key("levels")] int Levels,
    [property: Key("lows")] float[] Lows,
    [property: Key("steps")] float[] Steps,
    [property: Key("values")] float[] Values,
    [property: Key("trade")] float Trade,
    [property: Key("weights")] short[] Weights,
    [property: Key("biases")] int[] Biases,
    [property: Key("contexts")] int Contexts,
    [property: Key("bounds")] byte[] Bounds,
    [property: Key("probabilities")] ushort[] Probabilities,
    [property: Key("refinement")] QuantRefinement? Refinement = null)
{
    /// <summary>Levels above this are told apart by plain bits.</summary>
    public const int MostDecisions = 15;

    public const int MostLevels = 256;
    internal const int MaxContexts = 32;

    /// <summary>An expectation is a number below this.</summary>
    public const int Expectations = 256;

    /// <summary>Expectation of one level.</summary>
    public const int ExpectationScale = 32;

    public const int WeightScale = ExpectationScale << WeightShift;

    internal const int WeightShift = 8;

    [IgnoreMember]
    public int Decisions => Math.Min(Levels - 1, MostDecisions);

    /// <exception cref="PteeFormatException">They are not tables for features of that shape.</exception>
    public void Validate(FeatureShape shape)
    {
        Require(Levels is >= 2 and <= MostLevels, $"{Levels} levels, expected 2 to {MostLevels}");
        Require(Contexts is >= 1 and <= MaxContexts, $"{Contexts} contexts, expected 1 to {MaxContexts}");
        RequireLength(Lows, shape.Channels, "lows", shape);
        RequireLength(Steps, shape.Channels, "steps", shape);
        RequireLength(Values, shape.Channels * Levels, "values", shape);
        RequireLength(Weights, QuantNeighbours.Count(shape.Channels), "weights", shape);
        RequireLength(Biases, shape.Channels, "biases", shape);
        RequireLength(Bounds, shape.Channels * (Contexts - 1), "bounds", shape);
        RequireLength(Probabilities, shape.Channels * Contexts * Decisions, "probabilities", shape);
        Require(Lows.All(float.IsFinite) && Values.All(float.IsFinite), "a low or a value is not finite");
        Require(Steps.All(step => float.IsFinite(step) && step > 0), "a step is not a positive number");
        Require(float.IsFinite(Trade) && Trade >= 0, $"a trade of {Trade}, expected 0 or more");
        Require(Probabilities.All(probability => probability > 0), "a probability is 0");
        for (var i = 1; i < Bounds.Length; i++)
        {
            Require(i % (Contexts - 1) == 0 || Bounds[i] >= Bounds[i - 1], $"bound {i} falls");
        }

        if (Refinement is { } refinement)
        {
            RequireLength(refinement.Weights, 2 * shape.Channels * shape.Channels, "weights of the refinement", shape);
            RequireLength(refinement.Biases, shape.Channels, "biases of the refinement", shape);
            RequireLength(refinement.Gains, shape.Channels * Levels, "gains", shape);
            Require(
                refinement.Gains.Zip(Values).All(slot => float.IsFinite(Math.Abs(slot.Second) - (Math.Abs(slot.First) * int.MinValue))),
                "a gain is not finite, or too large");
        }
    }

    private static void RequireLength(Array? array, int expected, string name, FeatureShape shape) =>
        Require(array?.Length == expected, $"{array?.Length ?? 0} {name}, expected {expected} for {shape}");

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new PteeFormatException($"{FeatureCodecs.Quant}: {message}");
        }
    }
}
