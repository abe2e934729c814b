namespace Ptee.Shared.Bundles;

/// <summary>Which of a bundle's weights a file carries. The manifest, and so the id, is the same in all.</summary>
public enum BundleHalf
{
    /// <summary>All of them.</summary>
    Whole,

    /// <summary>Segments, exits and bottlenecks' encoders up to the deepest split.</summary>
    Edge,

    /// <summary>All segments, the exits that come after the first cut, and bottlenecks' decoders.</summary>
    Server,

    /// <summary>The exits and bottlenecks alone; whoever has the backbone makes the whole bundle from them.</summary>
    Exits,
}
