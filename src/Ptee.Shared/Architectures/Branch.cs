using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>An exit as data: a body that ends in a vector, and two heads on that vector.</summary>
/// <param name="Kind">A name from <see cref="Branches.Names"/>.</param>
/// <param name="Body">From the cut's features to (N, Width).</param>
/// <param name="In">Shape of the cut.</param>
/// <param name="Width">Values that both heads see.</param>
/// <param name="ConfidenceKind">A name from <see cref="ConfidenceHeads.Names"/>.</param>
/// <param name="Macs">Of body and both heads, one image.</param>
/// <param name="Parameters">Of body and both heads.</param>
public sealed record Branch(
    string Kind,
    Row Body,
    FeatureShape In,
    int Width,
    int Classes,
    string ConfidenceKind,
    long Macs,
    long Parameters)
{
    /// <summary>Width → classes; softmax follows outside.</summary>
    public Linear Classifier => new(Width, Classes);

    /// <summary>→ 1; a sigmoid follows outside.</summary>
    public Layer Confidence => ConfidenceHeads.Build(ConfidenceKind, Width, Classes);
}
