namespace Ptee.Bench.Attacks;

/// <summary>What one attack did to a server and to the client beside it.</summary>
/// <param name="Alone">The client's frames before the attack.</param>
/// <param name="Beside">Its frames from the attack's beginning until all is cleaned up.</param>
/// <param name="Tally">The attacker's own account.</param>
/// <param name="IsWell">Whether the server lived and ended in good order when it was told to.</param>
internal sealed record AttackOutcome(
    Attack Attack, FrameTimes Alone, FrameTimes Beside, Dictionary<string, long> Tally, long PeakBytes, TimeSpan CleanUp, bool IsWell)
{
    public double P99 => Beside.Percentile(0.99);
}
