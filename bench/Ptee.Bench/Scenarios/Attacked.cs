using System.Diagnostics;
using System.Globalization;
using Ptee.Bench.Attacks;
using Ptee.Data.Codecs;
using Ptee.Shared.Bundles;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// A device that behaves well, 20 frames a second over its own link, alone and then beside somebody who does not: it must be
/// answered as before. Each attack has a server process of its own.
/// </summary>
/// <remarks>
/// The ratio is p99 beside the attack over p99 of the client alone, of all frames that this run measured alone. On two cores
/// that others use too, p99 of an answer of 5 ms is the scheduler's and doubles by itself from minute to minute. So what
/// is alone counts as <see cref="FloorMs"/> at least, and an attack that looks slow is measured once more and the better of
/// both counts: noise only adds, a server's fault is there both times. Frames that fail count in both.
/// </remarks>
internal static class Attacked
{
    /// <summary>A third of the time between two frames: with a ratio of 3 each is answered before the next one.</summary>
    private const double FloorMs = 50.0 / 3;

    private const double Slow = 3;
    private const double BytesPerMb = 1 << 20;
    private static readonly TimeSpan AloneTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AttackTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LeastAfterwards = TimeSpan.FromSeconds(2);

    /// <param name="names">Of attacks; none: all.</param>
    public static async Task<ScenarioResult> RunAsync(string? bundle, string[] names, CancellationToken cancellationToken)
    {
        var attacks = names.Length == 0 ? Attack.All : [.. names.Select(Attack.Get)];
        var file = bundle ?? BuiltPrograms.Asset("resnet32-cifar10.ptee");
        var workload = await Workload.OfAsync(Bundle.Open(file), cancellationToken, FrameCodecs.WebP);
        List<AttackOutcome> outcomes = [];
        foreach (var attack in attacks)
        {
            Console.WriteLine($"{attack.Name} ...");
            outcomes.Add(await MeasureAsync(attack, file, workload, cancellationToken));
        }

        foreach (var slow in outcomes.Where(outcome => outcome.P99 > Slow * Ordinary(outcomes) && outcome.Beside.Failures == 0).ToArray())
        {
            Console.WriteLine($"{slow.Attack.Name} once more ...");
            outcomes.Add(await MeasureAsync(slow.Attack, file, workload, cancellationToken));
        }

        Print(outcomes);
        return new ScenarioResult("attack", ScenarioResult.ThisMachine, Figures(outcomes));
    }

    private static FrameTimes Alone(IReadOnlyList<AttackOutcome> outcomes) =>
        new([.. outcomes.SelectMany(outcome => outcome.Alone.Milliseconds)]);

    private static double Ordinary(IReadOnlyList<AttackOutcome> outcomes) => Math.Max(FloorMs, Alone(outcomes).Percentile(0.99));

    private static async Task<AttackOutcome> MeasureAsync(
        Attack attack, string bundle, Workload workload, CancellationToken cancellationToken)
    {
        await using var server = await AttackedServer.StartAsync(attack, bundle, cancellationToken);
        await using var client = await SteadyClient.OpenAsync(server.Address, workload, cancellationToken);
        using var alone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        alone.CancelAfter(AloneTime);
        var before = await client.RunAsync(alone.Token);

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = client.RunAsync(done.Token);
        var tally = await server.AttackAsync(attack, AttackTime, cancellationToken);
        var over = Stopwatch.GetTimestamp();
        var cleanUp = await server.CleanUpAsync(cancellationToken);
        var rest = LeastAfterwards - Stopwatch.GetElapsedTime(over);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, cancellationToken);
        await done.CancelAsync();
        var beside = await running;
        await client.DisposeAsync();
        var isWell = await server.EndAsync(cancellationToken);
        return new AttackOutcome(attack, before, beside, tally, server.PeakBytes, cleanUp, isWell);
    }

    private static Dictionary<string, Figure> Figures(IReadOnlyList<AttackOutcome> outcomes)
    {
        var (alone, ordinary) = (Alone(outcomes), Ordinary(outcomes));
        var figures = new Dictionary<string, Figure>
        {
            ["alone_frames"] = Figure.Of(alone.Milliseconds.Count, "frames"),
            ["alone_failures"] = Figure.Of(alone.Failures, "frames"),
            ["alone_p50_ms"] = Figure.Of(alone.Percentile(0.5), "ms"),
            ["alone_p99_ms"] = Figure.Of(alone.Percentile(0.99), "ms"),
        };
        foreach (var times in outcomes.GroupBy(outcome => outcome.Attack))
        {
            void Add(string what, string unit, Func<AttackOutcome, double> value, Func<IEnumerable<double>, double> of)
            {
                double[] values = [.. times.Select(value)];
                figures[$"{times.Key.Name}_{what}"] = new Figure(of(values), unit, values.Min(), values.Max());
            }

            Add("frames", "frames", outcome => outcome.Beside.Milliseconds.Count, Enumerable.Sum);
            Add("failures", "frames", outcome => outcome.Beside.Failures, Enumerable.Sum);
            Add("p50_ms", "ms", outcome => outcome.Beside.Percentile(0.5), Enumerable.Min);
            Add("p99_ms", "ms", outcome => outcome.P99, Enumerable.Min);
            Add("p99_ratio", "ratio", outcome => outcome.P99 / ordinary, Enumerable.Min);
            Add("peak_mb", "MB", outcome => outcome.PeakBytes / BytesPerMb, Enumerable.Max);
            Add("clean_up_s", "s", outcome => outcome.CleanUp.TotalSeconds, Enumerable.Max);
            Add("servers_lost", "servers", outcome => outcome.IsWell ? 0 : 1, Enumerable.Sum);
            foreach (var what in times.First().Tally.Keys)
            {
                Add($"attacker_{what}", "times", outcome => outcome.Tally[what], Enumerable.Sum);
            }
        }

        return figures;
    }

    private static void Print(IReadOnlyList<AttackOutcome> outcomes)
    {
        var (alone, ordinary) = (Alone(outcomes), Ordinary(outcomes));
        string Row(string name, FrameTimes frames) => string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-18}{frames.Milliseconds.Count,8}{frames.Failures,8}{frames.Percentile(0.5),9:0.0}{frames.Percentile(0.99),9:0.0}");
        Console.WriteLine();
        Console.WriteLine($"{"",-18}{"frames",8}{"failed",8}{"p50 ms",9}{"p99 ms",9}{"ratio",8}{"peak MB",9}{"clean s",9}  server");
        Console.WriteLine(Row("alone", alone));
        foreach (var outcome in outcomes)
        {
            Console.WriteLine(Row(outcome.Attack.Name, outcome.Beside) + string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.P99 / ordinary,8:0.00}{outcome.PeakBytes / BytesPerMb,9:0}{outcome.CleanUp.TotalSeconds,9:0.0}  {(outcome.IsWell ? "well" : "lost")}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratios are of {ordinary:0.0} ms"));
        Console.WriteLine();
    }
}
