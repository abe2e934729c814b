using Ptee.Edge.Classification;

namespace Ptee.Edge.Commands;

/// <summary>What a command line of <c>ptee-edge classify</c> says, in ranges that hold.</summary>
/// <param name="Images">The first so many; null: all.</param>
/// <param name="StatsEvery">Images between two lines of statistics; null: none.</param>
internal sealed record ClassifyRequest(
    string[] Files,
    string Bundle,
    Uri? Server,
    SplitSettings Split,
    TimeSpan Deadline,
    int InFlight,
    int Batch,
    int? Images,
    int Threads,
    string? Json,
    bool JsonLines,
    int? StatsEvery,
    string? DataRoot,
    bool Quiet);
