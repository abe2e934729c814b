namespace Ptee.Edge.Offload;

/// <summary>What helps against a fault of the link.</summary>
internal enum LinkFaultKind
{
    /// <summary>To wait: the server cannot be reached, or does nothing, for now.</summary>
    Passing,

    /// <summary>To wait: the server opens streams and answers nothing, so the next one proves nothing before its first answer.</summary>
    Silent,

    /// <summary>To open the next stream at once: only the stream is over, and in good order.</summary>
    StreamEnded,

    /// <summary>Trying again does not: somebody has to change a bundle, an address or a server.</summary>
    Configuration,
}
