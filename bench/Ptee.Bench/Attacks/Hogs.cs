using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Ptee.Shared.Wire;

namespace Ptee.Bench.Attacks;

/// <summary>Callers that speak as they should and want the whole server, all on one connection.</summary>
internal static class Hogs
{
    /// <summary>Streams that always have so many frames unanswered.</summary>
    /// <param name="id">Of every frame; null: each has its own, as it should.</param>
    public static async Task StreamsAsync(AttackTarget target, Hello hello, int streams, int depth, CancellationToken stop, ulong? id = null)
    {
        using var channel = Open(target);
        var client = new SplitInference.SplitInferenceClient(channel);
        await AttackTarget.RepeatAsync(streams, async (_, stop) =>
        {
            using var call = client.Infer(cancellationToken: stop);
            using var places = new SemaphoreSlim(depth);
            await call.RequestStream.WriteAsync(new InferRequest { Hello = hello }, stop);
            var reading = ReadAsync(call.ResponseStream, places, target.Tally, stop);
            while (!reading.IsCompleted)
            {
                await Task.WhenAny(places.WaitAsync(stop), reading);
                var frame = target.Frame.Clone();
                if (id is { } same)
                {
                    frame.Id = same;
                }

                await call.RequestStream.WriteAsync(new InferRequest { Frame = frame }, stop);
                target.Tally.Sent();
            }
        }, stop);
    }

    /// <summary>So many calls of InferOnce at any time.</summary>
    public static async Task OnceAsync(AttackTarget target, int inFlight, CancellationToken stop)
    {
        using var channel = Open(target);
        var client = new SplitInference.SplitInferenceClient(channel);
        var request = new InferOnceRequest { Hello = target.Hello(), Frame = target.Frame };
        await AttackTarget.RepeatAsync(inFlight, async (_, stop) =>
        {
            while (true)
            {
                target.Tally.Sent();
                Count(await client.InferOnceAsync(request, cancellationToken: stop), target.Tally);
            }
        }, stop);
    }

    private static async Task ReadAsync(
        IAsyncStreamReader<InferReply> replies, SemaphoreSlim places, AttackTally tally, CancellationToken stop)
    {
        while (await replies.MoveNext(stop))
        {
            if (replies.Current.Ready is null)
            {
                Count(replies.Current, tally);
                places.Release();
            }
        }
    }

    private static void Count(InferReply reply, AttackTally tally)
    {
        if (reply.Failure is null)
        {
            tally.Replied();
        }
        else
        {
            tally.Refused();
        }
    }

    private static GrpcChannel Open(AttackTarget target) => GrpcChannel.ForAddress(target.Uri, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(AttackTarget.From(0), 0));
                await socket.ConnectAsync(target.Server, stop);
                target.Tally.Connected();
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });
}
