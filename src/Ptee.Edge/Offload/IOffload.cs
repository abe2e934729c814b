namespace Ptee.Edge.Offload;

/// <summary>Somebody who may finish what the device started. Safe from any thread.</summary>
public interface IOffload
{
    /// <summary>Whether sending is worth coding the features for. May change at any moment.</summary>
    bool IsUp { get; }

    /// <summary>Sends one image, coded.</summary>
    /// <param name="cut">Index of the cut at which it is handed over.</param>
    /// <param name="codec">Index among the plan's codecs.</param>
    /// <param name="payload">As the codec wrote it. Not copied: not to be written to again, unless the server answers.</param>
    /// <returns>Always a reply, in bounded time: a server that fails, is late or is not there is a reply too.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<OffloadReply> SendAsync(int cut, int codec, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);
}
