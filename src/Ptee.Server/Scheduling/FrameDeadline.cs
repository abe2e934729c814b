namespace Ptee.Server.Scheduling;

/// <summary>When a frame's answer stops being of use.</summary>
/// <param name="Arrived">Timestamp of <paramref name="Time"/>.</param>
/// <param name="Milliseconds">After arrival; 0 = never.</param>
internal readonly record struct FrameDeadline(TimeProvider Time, long Arrived, uint Milliseconds)
{
    public bool HasPassed => Milliseconds > 0 && Time.GetElapsedTime(Arrived).TotalMilliseconds >= Milliseconds;
}
