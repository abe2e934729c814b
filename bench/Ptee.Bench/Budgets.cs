using System.Globalization;
using System.Text.Json;
using Ptee.Shared;

namespace Ptee.Bench;

/// <summary>What figures may be at most: <c>bench/budgets.json</c>, a number for each figure that has one.</summary>
internal static class Budgets
{
    /// <exception cref="PteeFormatException">A figure is above its budget, or a budget has no figure.</exception>
    public static void Require(string file, ScenarioResult result)
    {
        Dictionary<string, Dictionary<string, double>> scenarios;
        try
        {
            scenarios = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(File.ReadAllText(file))!;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            throw new PteeFormatException($"{file}: expected {{scenario: {{figure: number}}}}: {exception.Message}", exception);
        }

        if (!scenarios.TryGetValue(result.Scenario, out var budgets))
        {
            throw new PteeFormatException($"{file}: no budgets for '{result.Scenario}'; there are {string.Join(", ", scenarios.Keys)}");
        }

        var broken = budgets.Select(budget => Broken(result, budget.Key, budget.Value)).OfType<string>().ToArray();
        if (broken.Length > 0)
        {
            throw new PteeFormatException($"{file}: {string.Join("; ", broken)}");
        }

        Console.WriteLine($"{budgets.Count} budgets of {result.Scenario} held");
    }

    private static string? Broken(ScenarioResult result, string name, double most) =>
        !result.Figures.TryGetValue(name, out var figure) ? $"{name} was not measured"
        : figure.Value <= most ? null
        : string.Create(CultureInfo.InvariantCulture, $"{name} is {figure.Value:0.###} {figure.Unit}, expected at most {most}");
}
