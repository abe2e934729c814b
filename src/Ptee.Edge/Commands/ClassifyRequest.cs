using Ptee.Edge.Classification;
using Ptee.Shared.Adaptation;

namespace Ptee.Edge.Commands;

/// <summary>What a command line of <c>ptee-edge classify</c> says, in ranges that hold.</summary>
/// <param name="Adapt">How the device's thresholds move; null: they stay.</param>
/// <param name="Images">The first so many; null: all.</param>
/// <param name="StatsEvery">Images between two lines of statistics; null: none.</param>
internal sealed record ClassifyRequest(
    string[] Files,
    string Bundle,
    Uri? Server,
    SplitSettings Split,
    AdaptationOptions? Adapt,
    TimeSpan Deadline,
    int InFlight,
    int Batch,
    int? Images,
    string Engine,
    string Device,
    int Threads,
    string? Json,
    bool JsonLines,
    int? StatsEvery,
    string? DataRoot,
    bool Quiet);
