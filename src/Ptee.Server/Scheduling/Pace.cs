namespace Ptee.Server.Scheduling;

/// <summary>How much of the engine's time a frame takes until it is answered, going by the last ones. For one thread.</summary>
internal sealed class Pace
{
    /// <summary>What the past counts for after each batch.</summary>
    private const double Memory = 0.95;

    private double _milliseconds;
    private double _finished;

    /// <summary>0 until a frame was finished.</summary>
    public double MillisecondsAFrame => _finished > 0 ? _milliseconds / _finished : 0;

    /// <param name="busy">What a batch took in one segment.</param>
    /// <param name="finished">Frames of it that were answered.</param>
    public void Add(TimeSpan busy, int finished)
    {
        _milliseconds = (Memory * _milliseconds) + busy.TotalMilliseconds;
        _finished = (Memory * _finished) + finished;
    }
}
