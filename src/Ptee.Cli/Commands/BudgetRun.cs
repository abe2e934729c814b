using Ptee.Cli.Output;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee calibrate --within</c>: the most accurate point that keeps a budget.</summary>
/// <param name="codec">Counts bytes: one of <see cref="Codecs"/>.</param>
internal sealed class BudgetRun(Budget budget, ThresholdScope thresholds, string codec)
{
    /// <summary>Known before a bottleneck is trained.</summary>
    public static readonly string[] Codecs = [FeatureCodecs.Quant, FeatureCodecs.UInt8, FeatureCodecs.Float32];

    /// <summary>Bytes of a codec whose tables are fitted to the points there are: only they say how long a payload is.</summary>
    public bool WaitsForCodecs => budget.Measure == Budget.Bytes && codec == FeatureCodecs.Quant;

    /// <summary>What the user named, or what the bundle sends by.</summary>
    /// <param name="codecLoss">0: no tables are fitted.</param>
    /// <exception cref="PteeFormatException"><c>quant</c> was named, and no tables are fitted.</exception>
    public static string CodecOf(string? named, double codecLoss) => (named, codecLoss) switch
    {
        (FeatureCodecs.Quant, 0) => throw new PteeFormatException(
            $"--codec {FeatureCodecs.Quant} has no tables with --codec-loss 0: expected another codec, or a loss above 0"),
        (null, 0) => FeatureCodecs.UInt8,
        _ => named ?? FeatureCodecs.Quant,
    };

    /// <param name="open">Opens the engine whose milliseconds count.</param>
    /// <exception cref="PteeFormatException">The budget cannot be kept.</exception>
    public CalibrationResult AddTo(
        CalibrationResult result, ExitTable table, ModelFolder files, StagedExits exits, Func<Bundle, IEngine> open) => budget.Measure switch
        {
            Budget.Bytes => Add(result, table, exits, BytesUp(result, exits, FixedPayload(result, exits)), codec),
            Budget.Milliseconds => Add(result, table, exits, ExitClock.Measure(files.Path, files.ReadDescription(), exits, open).AllIn()),
            _ => Add(result, table, exits, exits.AllInCosts),
        };

    /// <summary>The same in bytes of <c>quant</c>, a mean payload's.</summary>
    /// <param name="fitted">At the cut where the edge hands over.</param>
    /// <exception cref="PteeFormatException">The budget cannot be kept, or that cut has no tables.</exception>
    public CalibrationResult AddTo(CalibrationResult result, ExitTable table, StagedExits exits, QuantOutcome? fitted) => fitted is null
        ? throw new PteeFormatException(
            $"budget {budget}: too few held-out images are handed over at cut {result.DeepestSplit} to fit {FeatureCodecs.Quant}; expected --codec {FeatureCodecs.UInt8} beside it")
        : Add(result, table, exits, BytesUp(result, exits, fitted.MeanBytes), codec);

    /// <summary>A line for the screen.</summary>
    public static string Describe(BudgetOutcome budget) =>
        $"{OperatingPoint.Budget}: at most {Amount(budget.Measure, budget.Limit)}, {Amount(budget.Measure, budget.Spent)} spent on a mean image"
        + (budget.Codec.Length > 0 ? $", sent as {budget.Codec}" : "");

    private CalibrationResult Add(
        CalibrationResult result, ExitTable table, StagedExits exits, IReadOnlyList<double> costs, string countedWith = "") =>
        Calibrator.WithBudget(result, table, thresholds, budget, costs, exits.AllInCosts, countedWith);

    private static IReadOnlyList<double> BytesUp(CalibrationResult result, StagedExits exits, double payload) =>
        ExitCosts.BytesUp(exits.Branches.Count, result.DeepestSplit, payload);

    private int FixedPayload(CalibrationResult result, StagedExits exits)
    {
        var split = result.DeepestSplit;
        return FeatureCodecs.Create(codec, exits.Plan.Exits[split].CutOn(exits.Backbone, result.Clips[split])).MaxPayloadBytes;
    }

    private static string Amount(string measure, double amount) => measure switch
    {
        Budget.Macs => $"{Text.Percent(amount)} of the backbone's macs",
        Budget.Bytes => $"{Text.Number(amount, 1)} bytes",
        _ => $"{Text.Number(amount, 3)} {measure}",
    };
}
