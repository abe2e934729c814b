using System.Diagnostics;

namespace Ptee.Bench;

/// <summary>
/// Things to compare, run in alternation: a machine that is slow for a while is slow for all of them. Ratios are taken
/// within a round.
/// </summary>
internal sealed class Rounds
{
    private readonly List<(string Name, Action<int> Run)> _arms = [];
    private readonly Dictionary<string, List<double>> _seconds = [];

    /// <param name="run">Does the work of a round; its number is the argument.</param>
    public void Add(string name, Action<int> run)
    {
        _arms.Add((name, run));
        _seconds.Add(name, []);
    }

    /// <exception cref="OperationCanceledException">Looked for between two arms.</exception>
    public void Run(int rounds, CancellationToken cancellationToken)
    {
        foreach (var (_, run) in _arms)
        {
            cancellationToken.ThrowIfCancellationRequested();
            run(0); // Warm: not counted.
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, run) in _arms)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = Stopwatch.GetTimestamp();
                run(round);
                _seconds[name].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
    }

    /// <summary>Median over the rounds, and their lowest and highest.</summary>
    /// <param name="items">Done in a round.</param>
    public Figure Milliseconds(string arm, int items) => Figure.Spread(_seconds[arm].Select(seconds => 1e3 * seconds / items), "ms");

    /// <summary>Of an arm over the faster of some others.</summary>
    public Figure Ratio(string arm, params string[] others)
    {
        var other = others.MinBy(name => _seconds[name].Sum())!;
        return Figure.Spread(_seconds[arm].Zip(_seconds[other], (own, theirs) => own / theirs), "ratio");
    }
}
