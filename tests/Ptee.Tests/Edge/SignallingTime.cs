using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Ptee.Tests.Edge;

/// <summary>A clock that stands still and says who has begun to wait, so that a test knows when to move it.</summary>
internal sealed class SignallingTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    public async Task<TimeSpan> NextTimerAsync(Func<TimeSpan, bool> wanted)
    {
        while (true)
        {
            var due = await _timers.Reader.ReadAsync().AsTask().Bounded();
            if (wanted(due))
            {
                return due;
            }
        }
    }
}
