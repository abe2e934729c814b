using MessagePack;

namespace Ptee.Shared.Bundles;

/// <summary>How many held-out images stand behind what operating points promise.</summary>
/// <param name="Images">That were looked at.</param>
/// <param name="Classes">Different classes that the backbone said of them.</param>
/// <param name="NewToBackbone">Whether it is known that the backbone did not learn from them.</param>
[MessagePackObject]
public sealed record PointEvidence(
    [property: Key("images")] int Images,
    [property: Key("classes")] int Classes,
    [property: Key("new_to_backbone")] bool NewToBackbone = false)
{
    private const double Highest = 0.995;

    /// <summary>
    /// The fewest images that a promise needs: its standard error, √(a (1 − a) / n), is then at most what the promise leaves
    /// open, 1 − a. A promise of more than 99.5 % needs as many as one of 99.5 %.
    /// </summary>
    /// <param name="agreement">In [0, 1].</param>
    public static int LeastImages(double agreement)
    {
        var promised = Math.Min(agreement, Highest);
        return (int)Math.Ceiling(Math.Round(promised / (1 - promised), 6));
    }
}
