using Ptee.Training.Evaluation;

namespace Ptee.Cli.Output;

/// <summary>How well each gate judges, for people.</summary>
internal static class GateTable
{
    public static string Of(IEnumerable<GateQuality> qualities)
    {
        var table = new Table("gate", "exit", "AUROC", "AURC", "ECE");
        foreach (var quality in qualities)
        {
            table.Add(
                quality.Gate, $"{quality.Exit}", Text.Number(quality.Auroc, 4), Text.Number(quality.Aurc, 4), Text.Number(quality.Ece, 4));
        }

        return $"{table}\nhow well each gate's score tells answers that agree with the backbone; AUROC: higher is better, AURC and ECE: lower";
    }
}
