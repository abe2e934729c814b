namespace Ptee.Cli.Demo;

/// <param name="Images">Anything that <c>ptee-edge classify</c> takes.</param>
/// <param name="Point">Null = the default point.</param>
/// <param name="Threshold">Instead of a point's, for all exits.</param>
/// <param name="Codec">Null = the bundle's choice.</param>
internal sealed record DemoOptions(string Bundle, string Images, string? Point, float? Threshold, string? Codec);
