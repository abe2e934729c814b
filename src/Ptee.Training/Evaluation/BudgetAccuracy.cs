using Ptee.Data;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Calibration;
using Ptee.Training.ExitTraining;

namespace Ptee.Training.Evaluation;

/// <summary>
/// True accuracy in one figure for a whole trade-off, so that models can be compared whose backbones are not the same and
/// agreement with them says little.
/// </summary>
/// <param name="Mean">
/// Over budgets in even steps, from what it costs when all images leave at the first exit to what it costs when all reach
/// the last: the highest accuracy that one threshold for all exits has within the budget.
/// </param>
/// <param name="Exits">Each exit by itself on all images, the backbone's own last.</param>
public sealed record BudgetAccuracy(double Mean, double[] Exits)
{
    private const int Steps = 100;
    private const double Rounding = 1e-9; // Of a mean over images.

    /// <param name="images">With labels.</param>
    /// <param name="gates">Names; the best of them counts at each budget.</param>
    public static BudgetAccuracy Of(
        StagedExits exits, ImageSet images, PreprocessingSpec preprocessing, IEnumerable<string> gates, CancellationToken cancellationToken)
    {
        var table = ExitScan.Run(exits, images, preprocessing, cancellationToken: cancellationToken);
        return Of(table, images, exits.AllInCosts, exits.PaperCosts, gates);
    }

    internal static BudgetAccuracy Of(
        ExitTable table, ImageSet images, IReadOnlyList<double> allInCosts, IReadOnlyList<double> paperCosts, IEnumerable<string> gates)
    {
        var search = new ThresholdSearch(table, allInCosts);
        var tradeOff = new TradeOff(table, images, allInCosts, paperCosts);
        var points = gates.SelectMany(gate => tradeOff.At(search.Curve(gate))).OrderBy(point => point.AllInRatio).ToArray();
        var (sum, best, next) = (0.0, 0.0, 0);
        for (var step = 0; step <= Steps; step++)
        {
            var budget = allInCosts[0] + ((allInCosts[^1] - allInCosts[0]) * step / Steps);
            while (next < points.Length && points[next].AllInRatio <= budget + Rounding)
            {
                best = Math.Max(best, points[next++].Accuracy!.Value);
            }

            sum += best;
        }

        return new BudgetAccuracy(
            sum / (Steps + 1),
            [.. table.Classes.Select(classes => classes.Index().Average(image => image.Item == images.LabelOf(image.Index) ? 1.0 : 0.0))]);
    }
}
