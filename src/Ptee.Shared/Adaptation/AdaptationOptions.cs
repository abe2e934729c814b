namespace Ptee.Shared.Adaptation;

/// <summary>How thresholds are moved while images come.</summary>
public sealed record AdaptationOptions
{
    /// <summary>Agreement that the macs of one whole backbone are worth, 0 or more; null: what the operating point pays
    /// for its last macs on the bundle's curve.</summary>
    public double? Price { get; init; }

    /// <summary>Sets of thresholds to choose from, at most; 2 or more.</summary>
    public int Arms { get; init; } = 10;

    /// <summary>How much an uncertain arm is favoured, in units of agreement; 0: not at all.</summary>
    public double Exploration { get; init; } = 0.05;

    /// <summary>Images after which what was learned counts for about a third; 1 or more, infinite: nothing is forgotten.</summary>
    public double Memory { get; init; } = 5_000;

    /// <summary>What is left of each observation's weight when one more image has been learned from.</summary>
    internal double Discount => 1 - (1 / Memory);
}
