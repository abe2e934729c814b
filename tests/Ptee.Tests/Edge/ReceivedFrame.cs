using Ptee.Shared.Wire;

namespace Ptee.Tests.Edge;

/// <param name="Stream">Which one, from 1.</param>
/// <param name="Id">As the server understands it.</param>
/// <param name="Raw">As it came.</param>
internal sealed record ReceivedFrame(int Stream, ulong Id, FeatureFrame Raw);
