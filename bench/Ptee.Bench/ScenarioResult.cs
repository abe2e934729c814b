using System.Globalization;
using System.Text.Json.Serialization;
using Ptee.Shared.Reports;

namespace Ptee.Bench;

/// <summary>What a scenario found, with the machine that it ran on.</summary>
/// <param name="Reports">Of whole runs, by the name of what was different in each; null where there are none.</param>
internal sealed record ScenarioResult(
    string Scenario,
    string Machine,
    Dictionary<string, Figure> Figures,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, Report>? Reports = null)
{
    /// <summary>Processor and cores: no figure without its machine.</summary>
    public static string ThisMachine
    {
        get
        {
            const string cpuInfo = "/proc/cpuinfo";
            var model = File.Exists(cpuInfo)
                ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
                : null;
            return $"{model ?? "unknown processor"}, {Environment.ProcessorCount} cores, {Environment.OSVersion.Platform}";
        }
    }

    public override string ToString() => string.Join('\n', Figures.Select(figure => string.Create(
        CultureInfo.InvariantCulture, $"{figure.Key,-36}{figure.Value.Value,14:F3}  ({figure.Value.Low:F3} to {figure.Value.High:F3}) {figure.Value.Unit}")).Prepend($"{Scenario} on {Machine}"));
}
