using Microsoft.Extensions.Time.Testing;
using Ptee.Edge.Offload;

namespace Ptee.Tests.Edge.Offload;

public sealed class OutboxTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>A server refuses an id that does not lie above those before it on the stream.</summary>
    [Fact]
    public void Ids_rise_in_the_order_in_which_frames_go_also_where_one_goes_again_behind_later_ones()
    {
        using var outbox = new Outbox(_time, TimeSpan.FromSeconds(2));
        outbox.Open();
        Send(outbox, 3);
        var first = outbox.TryTake()!;
        var ids = new List<ulong> { first.Id, outbox.TryTake()!.Id };

        outbox.PutBack([first]); // Its stream ended; the next one has taken the second frame already.
        Send(outbox, 1);
        while (outbox.TryTake() is { } frame)
        {
            ids.Add(frame.Id);
        }

        Assert.Equal([0, 1, 2, 3, 4], ids);
    }

    private static void Send(Outbox outbox, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            Assert.NotNull(outbox.TrySend(cut: 1, codec: 0, new byte[] { 1 }));
        }
    }
}
