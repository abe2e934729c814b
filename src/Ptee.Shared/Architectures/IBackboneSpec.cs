namespace Ptee.Shared.Architectures;

/// <summary>What tells one backbone of a family from another, and the family's builder.</summary>
internal interface IBackboneSpec
{
    /// <summary>The shortcuts that an <see cref="Architecture"/> may name, the usual one first; "" for a family without.</summary>
    IReadOnlyList<string> Shortcuts { get; }

    /// <summary>Rows and columns that a picture must have for every layer to have something to look at.</summary>
    int SmallestInput => Backbones.MinInputSize;

    /// <summary>The blocks in order; the last is the backbone's own exit.</summary>
    IReadOnlyList<Block> Build(Architecture architecture);
}
