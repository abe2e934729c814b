namespace Ptee.Edge.Offload;

/// <summary>What became of an image that was to be finished on the server.</summary>
public enum OffloadStatus
{
    /// <summary>The server answered in time.</summary>
    Answered,

    /// <summary>There was no stream to send it on.</summary>
    Down,

    /// <summary>More work waited at the server than the deadline allows, so it was not sent.</summary>
    Busy,

    /// <summary>The stream broke while the image waited.</summary>
    Lost,

    /// <summary>The deadline passed on the device's clock.</summary>
    Late,

    /// <summary>The server answered with a failure.</summary>
    Refused,

    /// <summary>The server answered with what cannot be an answer of this model.</summary>
    Nonsense,
}
