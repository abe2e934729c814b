using Ptee.Shared.Reports;
using ScottPlot;

namespace Ptee.Training.Plots;

/// <summary>One colour for the device and one for the server, the same in every picture.</summary>
internal static class TierColors
{
    private static readonly Color Edge = Color.FromHex("#1f77b4");
    private static readonly Color Server = Color.FromHex("#ff7f0e");

    /// <summary>What a tier is called in a legend.</summary>
    public static IReadOnlyList<(string Tier, string Where)> Names { get; } =
        [(ImageRecord.EdgeTier, "on the device (edge)"), (ImageRecord.ServerTier, "on the server")];

    public static Color Of(string tier) => tier == ImageRecord.EdgeTier ? Edge : Server;
}
