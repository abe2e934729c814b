using System.Diagnostics;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Training.Bundling;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Training.Placement;

/// <summary>Measures segments and branches on this machine as an engine runs them, one image at a time.</summary>
public static class ExitClock
{
    private const int WarmUp = 5;
    private const int Repeats = 31;

    /// <param name="source">Names the model in messages.</param>
    /// <param name="exits">Candidates; several may sit at one block.</param>
    /// <param name="open">Opens the chosen engine on a bundle; disposed of here.</param>
    /// <returns>Milliseconds, medians: a noisy machine moves them little.</returns>
    public static ExitPrices Measure(string source, BackboneDescription description, StagedExits exits, Func<Bundle, IEngine> open)
    {
        var blocks = exits.Plan.Exits.Select(exit => exit.Block).ToArray();
        var trunk = new Dictionary<int, double>();
        var branch = new double[blocks.Length];
        var whole = 0.0;
        // A bundle has one exit at a block: the first of every block, then the second where there is one, and so on.
        foreach (var layer in Enumerable.Range(0, blocks.Length).GroupBy(i => blocks.Take(i).Count(block => block == blocks[i])))
        {
            int[] chosen = [.. layer];
            var bundle = BundleBuilder.BuildUncalibrated(source, description, exits, chosen);
            using var engine = open(bundle);
            var (segments, branches) = Run(bundle.Manifest, engine, exits.Backbone.Input.Count);
            var spent = 0.0;
            foreach (var (index, exit) in chosen.Index())
            {
                spent += segments[index];
                trunk.TryAdd(blocks[exit], spent);
                branch[exit] = branches[index];
            }

            whole = whole > 0 ? whole : spent + segments[^1];
        }

        return new ExitPrices([.. blocks.Select(block => trunk[block])], branch, whole);
    }

    private static (double[] Segments, double[] Branches) Run(Manifest manifest, IEngine engine, int inputValues)
    {
        var (segments, branches) = (new double[manifest.SegmentCount], new double[manifest.Exits.Length]);
        var features = new float[inputValues];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = MathF.Sin(i); // Any picture takes the same time; all zeros might not.
        }

        var logits = new float[manifest.Labels.Length];
        var confidences = new float[1];
        for (var i = 0; i < segments.Length; i++)
        {
            var (index, input) = (i, features);
            var output = new float[i < branches.Length ? manifest.Cuts[i].Shape.Count : logits.Length];
            segments[i] = Median(() => engine.RunSegment(index, 1, input, output));
            if (i < branches.Length)
            {
                branches[i] = Median(() => engine.RunExit(index, 1, output, logits, confidences));
            }

            features = output;
        }

        return (segments, branches);
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
