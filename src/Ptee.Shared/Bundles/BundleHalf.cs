namespace Ptee.Shared.Bundles;

/// <summary>Which of a bundle's weights a file carries. The manifest, and so the id, is the same in all.</summary>
public enum BundleHalf
{
    /// <summary>All of them.</summary>
    Whole,

    /// <summary>Segments and exits up to the deepest split.</summary>
    Edge,

    /// <summary>All segments, and the exits that come after the first cut.</summary>
    Server,

    /// <summary>The exits alone; whoever has the backbone makes the whole bundle from them.</summary>
    Exits,
}
