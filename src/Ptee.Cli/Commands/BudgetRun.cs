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
internal sealed class BudgetRun
{
    /// <summary>Known before a bottleneck is trained.</summary>
    public static readonly string[] Codecs = [FeatureCodecs.Quant, FeatureCodecs.UInt8, FeatureCodecs.Float32];

    private readonly Budget _budget;
    private readonly ThresholdScope _thresholds;
    private readonly string? _named;

    /// <param name="codec">Counts bytes: one of <see cref="Codecs"/>; null for what the cut sends by.</param>
    /// <param name="withTables">Whether tables for <c>quant</c> are fitted.</param>
    /// <exception cref="PteeFormatException"><c>quant</c> was named, and no tables are fitted.</exception>
    public BudgetRun(Budget budget, ThresholdScope thresholds, string? codec, bool withTables)
    {
        (_budget, _thresholds, _named) = (budget, thresholds, codec);
        WaitsForCodecs = budget.Measure == Budget.Bytes && (codec == FeatureCodecs.Quant || (codec is null && withTables));
        if (WaitsForCodecs && !withTables)
        {
            throw new PteeFormatException(
                $"--codec {FeatureCodecs.Quant} has no tables with --codec-loss 0: expected another codec, or a loss above 0");
        }
    }

    public bool CountsBytes => _budget.Measure == Budget.Bytes;

    public bool CountsTime => _budget.Measure == Budget.Milliseconds;

    /// <summary>Bytes of tables that are fitted to the other points: only they say how long a payload is.</summary>
    public bool WaitsForCodecs { get; }

    /// <param name="open">Opens the engine whose milliseconds count.</param>
    /// <exception cref="PteeFormatException">The budget cannot be kept.</exception>
    public CalibrationResult AddBeforeCodecs(
        CalibrationResult result, ExitTable table, ModelFolder files, StagedExits exits, Func<Bundle, IEngine> open) => _budget.Measure switch
        {
            Budget.Bytes => AddFixed(result, table, exits, _named ?? FeatureCodecs.UInt8),
            Budget.Milliseconds => Add(result, table, exits, ExitClock.Measure(files.Path, files.ReadDescription(), exits, open).AllIn()),
            _ => Add(result, table, exits, exits.AllInCosts),
        };

    /// <summary>The same in bytes of <c>quant</c>.</summary>
    /// <param name="fitted">At the cut where the edge hands over; null, or without tables, where none could be fitted: the cut sends <c>u8</c> then.</param>
    /// <exception cref="PteeFormatException">The budget cannot be kept, or <c>quant</c> was named and the cut has no tables.</exception>
    public CalibrationResult AddAfterCodecs(CalibrationResult result, ExitTable table, StagedExits exits, QuantOutcome? fitted) => fitted switch
    {
        { Tables: not null } => Add(result, table, exits, BytesUp(result, exits, fitted.MeanBytes), FeatureCodecs.Quant),
        _ when _named is null => AddFixed(result, table, exits, FeatureCodecs.UInt8),
        _ => throw new PteeFormatException(
            $"budget {_budget}: no {_named} could be fitted at cut {result.DeepestSplit}, where the edge hands over: {Why(fitted)}; expected --codec {FeatureCodecs.UInt8}"),
    };

    private static string Why(QuantOutcome? fitted) => fitted is null
        ? "too few held-out images come so far"
        : $"even the finest costs {Text.Percent(fitted.Lost)} of the agreement, more than --codec-loss";

    /// <summary>A line for the screen.</summary>
    public static string Describe(BudgetOutcome budget) =>
        $"{OperatingPoint.Budget}: at most {Amount(budget.Measure, budget.Limit)}, {Amount(budget.Measure, budget.Spent)} spent on a mean image"
        + (budget.Codec.Length > 0 ? $", sent as {budget.Codec}" : "");

    /// <summary>With a codec whose payloads are all of one length.</summary>
    private CalibrationResult AddFixed(CalibrationResult result, ExitTable table, StagedExits exits, string codec)
    {
        var split = result.DeepestSplit;
        var payload = FeatureCodecs.Create(codec, exits.Plan.Exits[split].CutOn(exits.Backbone, result.Clips[split])).MaxPayloadBytes;
        return Add(result, table, exits, BytesUp(result, exits, payload), codec);
    }

    private CalibrationResult Add(
        CalibrationResult result, ExitTable table, StagedExits exits, IReadOnlyList<double> costs, string codec = "") =>
        Calibrator.WithBudget(result, table, _thresholds, _budget, costs, exits.AllInCosts, codec);

    private static IReadOnlyList<double> BytesUp(CalibrationResult result, StagedExits exits, double payload) =>
        ExitCosts.BytesUp(exits.Branches.Count, result.DeepestSplit, payload);

    private static string Amount(string measure, double amount) => measure switch
    {
        Budget.Macs => $"{Text.Percent(amount)} of the backbone's macs",
        Budget.Bytes => $"{Text.Number(amount, 1)} bytes",
        _ => $"{Text.Number(amount, 3)} {measure}",
    };
}
