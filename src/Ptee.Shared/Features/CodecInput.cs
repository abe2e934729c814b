namespace Ptee.Shared.Features;

/// <summary>What a codec codes.</summary>
public enum CodecInput
{
    /// <summary>The cut's features.</summary>
    Features,

    /// <summary>What the cut's encoder makes of them, for the cut's decoder to undo.</summary>
    Latent,

    /// <summary>The normalized picture: the receiver runs every segment, and asks only the exits after the cut.</summary>
    Picture,
}
