using Ptee.Shared.Features;

namespace Ptee.Shared.Profiling;

/// <param name="Macs">Of this block, one image.</param>
/// <param name="TrunkMacs">Of all blocks up to and including this one.</param>
/// <param name="Out">What comes out: a feature of <c>Out.Float32Bytes</c> bytes uncoded.</param>
public sealed record BlockProfile(
    string Name, long Macs, long TrunkMacs, long Parameters, FeatureShape Out, bool CanCut);
