using System.Diagnostics;
using Ptee.Training.ExitTraining;
using static TorchSharp.torch;

namespace Ptee.Training.Placement;

/// <summary>Measures blocks and branches with the reference engine's own modules, one image at a time.</summary>
public static class SegmentClock
{
    private const int WarmUp = 5;
    private const int Repeats = 31;

    /// <returns>Medians: a noisy machine moves them little.</returns>
    public static ExitPrices Measure(StagedExits exits)
    {
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var input = exits.Backbone.Input;
        var x = randn(1, input.Channels, input.Height, input.Width);
        var (trunk, branch) = (new List<double>(), new List<double>());
        var (first, spent) = (0, 0.0);
        foreach (var (index, exit) in exits.Plan.Exits.Index())
        {
            var range = first..(exit.Block + 1);
            spent += Median(() => exits.Folded.Run(x, range).Dispose());
            x = exits.Folded.Run(x, range);
            first = exit.Block + 1;
            trunk.Add(spent);
            branch.Add(Median(() =>
            {
                var (logits, confidence) = exits.Branches[index].Run(x);
                logits.Dispose();
                confidence.Dispose();
            }));
        }

        return new ExitPrices([.. trunk], [.. branch], spent + Median(() => exits.Folded.Run(x, first..).Dispose()));
    }

    private static double Median(Action run)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            run();
        }

        var times = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Repeats / 2];
    }
}
