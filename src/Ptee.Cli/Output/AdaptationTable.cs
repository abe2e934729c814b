using Ptee.Shared.Reports;

namespace Ptee.Cli.Output;

/// <summary>What a bandit over thresholds chose, beside what each choice would have given alone.</summary>
internal static class AdaptationTable
{
    public static string Render(Report report, AdaptationReport adaptation)
    {
        var earlyExits = report.Exits.Length - 1;
        var table = new Table("thresholds", "images", "believed", "agreement", "all-in cost", "worth");
        foreach (var arm in adaptation.Arms)
        {
            table.Add(
                Text.Thresholds(arm.Thresholds, earlyExits), Text.Count(arm.Images), Text.Number(arm.Reward, 4),
                Text.Percent(arm.Agreement), Text.Percent(arm.AllInRatio),
                Text.Number(Worth(arm.Agreement, arm.AllInRatio, adaptation.Price), 4));
        }

        table.Add(
            "adapted", Text.Count(report.Images), "", Text.Percent(report.Accuracy.Agreement), Text.Percent(report.Macs.AllInRatio),
            Text.Number(Worth(report.Accuracy.Agreement, report.Macs.AllInRatio, adaptation.Price), 4));
        return $"{table}\nworth: agreement - {Text.Number(adaptation.Price, 4)} x all-in cost; believed: what the device thinks it is";
    }

    private static double? Worth(double? agreement, double? cost, double price) => agreement - (price * cost);
}
