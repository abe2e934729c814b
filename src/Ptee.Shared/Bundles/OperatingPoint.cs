using MessagePack;

namespace Ptee.Shared.Bundles;

/// <summary>A set of thresholds with what it gave on held-out training images.</summary>
/// <param name="Name"><c>strict</c> (<c>lossless</c> in bundles from before), <c>accurate</c>, <c>balanced</c>, <c>budget</c>, or empty for a point of the curve.</param>
/// <param name="Gate">A name from <see cref="Exits.Gates"/>.</param>
/// <param name="Thresholds">One an early exit, or one for each early exit and class that it may answer, exit after exit.</param>
/// <param name="Agreement">Fraction of images with the backbone's own class.</param>
/// <param name="AllInRatio">Macs of everything that ran, over the plain backbone.</param>
/// <param name="ExitFractions">One an exit, the backbone's own last; they sum to 1.</param>
[MessagePackObject]
public sealed record OperatingPoint(
    [property: Key("name")] string Name,
    [property: Key("gate")] string Gate,
    [property: Key("thresholds")] float[] Thresholds,
    [property: Key("agreement")] double Agreement,
    [property: Key("all_in_ratio")] double AllInRatio,
    [property: Key("exit_fractions")] double[] ExitFractions)
{
    public const string Strict = "strict";

    /// <summary>What <see cref="Strict"/> was called: either name finds the point of the other.</summary>
    public const string Lossless = "lossless";

    public const string Accurate = "accurate";
    public const string Balanced = "balanced";

    /// <summary>The most accurate within a budget of macs, bytes or milliseconds; only where one was asked for.</summary>
    public const string Budget = "budget";

    /// <summary>The named points and the held-out agreement that each keeps at least.</summary>
    public static IReadOnlyList<(string Name, double Agreement)> Targets { get; } =
        [(Strict, 0.995), (Accurate, 0.97), (Balanced, 0.95)];

    /// <summary>Whether a name that somebody gave means this point.</summary>
    public bool IsCalled(string name) => Name == name || (IsStrict(Name) && IsStrict(name));

    /// <summary>Whether that is a name of <see cref="Strict"/>.</summary>
    public static bool IsStrict(string name) => name is Strict or Lossless;
}
