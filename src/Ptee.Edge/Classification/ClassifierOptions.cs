namespace Ptee.Edge.Classification;

/// <summary>How much the device does at a time.</summary>
public sealed record ClassifierOptions
{
    /// <summary>Images computed together. 1 to 256: a camera's single image waits for no company.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Images on their way to the server and back, at most. 0: the next image is not begun before the last has its answer.</summary>
    public int InFlight { get; init; } = 32;

    /// <summary>So that tests can move the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
