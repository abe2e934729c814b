namespace Ptee.Bench.Attacks;

/// <summary>
/// The attacks' own process, so that neither its memory nor its threads are the well-behaved client's. The scenario ends it
/// by force, as a caller ends whose power is cut.
/// </summary>
internal static class Attacker
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(250);

    /// <summary>Attacks until it is ended, and says in a line of JSON now and then what has been done.</summary>
    public static async Task RunAsync(string name, string server, string bundle, CancellationToken cancellationToken)
    {
        var attack = Attack.Get(name);
        var target = new AttackTarget(server, bundle);
        var running = attack.RunAsync(target, cancellationToken);
        using var timer = new PeriodicTimer(BetweenLines);
        do
        {
            Console.WriteLine(target.Tally.ToJson());
            if (running.IsCompleted)
            {
                await running; // Only a fault ends it.
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
