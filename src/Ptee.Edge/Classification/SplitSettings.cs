namespace Ptee.Edge.Classification;

/// <summary>What a person asks for; whatever is null comes from the bundle.</summary>
/// <param name="Point">Name of an operating point; not together with <paramref name="Threshold"/>.</param>
/// <param name="Threshold">One for all exits, 0 to <see cref="Shared.Exits.ExitPolicy.Never"/>.</param>
/// <param name="Gate">How exits score their answers; null: as the operating point does.</param>
/// <param name="Split">Index of the cut at which images are handed over.</param>
/// <param name="Codec">A name from <see cref="Shared.Features.FeatureCodecs"/>; null: the cut's own.</param>
public sealed record SplitSettings(
    string? Point = null, float? Threshold = null, string? Gate = null, int? Split = null, string? Codec = null);
