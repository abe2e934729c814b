using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Ptee.Server.Hosting;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>A real server on a free loopback port, with a client of it. It disposes of the engine too.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>A wait that never ends is a failure, not a stuck build.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly IEngine _engine;
    private readonly GrpcChannel _channel;

    private RunningServer(ServerHost host, IEngine engine, LogLines log)
    {
        (Host, _engine, Log) = (host, engine, log);
        _channel = GrpcChannel.ForAddress(host.Urls[0]);
        Client = new SplitInference.SplitInferenceClient(_channel);
    }

    public ServerHost Host { get; }

    public LogLines Log { get; }

    public SplitInference.SplitInferenceClient Client { get; }

    public static async Task<RunningServer> StartAsync(
        IEngine engine, ServerOptions? options = null, TimeProvider? time = null)
    {
        var log = new LogLines();
        options = (options ?? new ServerOptions()) with { Urls = [ListenUrl.Parse("http://127.0.0.1:0")] };
        var starting = ServerHost.StartAsync(
            new ServedModel(Frames.Bundle),
            engine,
            options,
            time ?? TimeProvider.System,
            logging => logging.AddProvider(log));
        return new RunningServer(await starting.WaitAsync(Limit), engine, log);
    }

    public InferStream Open() => new(Client.Infer(deadline: DateTime.UtcNow + Limit));

    /// <summary>A stream that Ready has come on.</summary>
    public async Task<InferStream> OpenAsync(Hello? hello = null)
    {
        var stream = Open();
        await stream.SendAsync(hello ?? Frames.Hello());
        Assert.Equal(InferReply.OutcomeOneofCase.Ready, (await stream.ReadAsync()).OutcomeCase);
        return stream;
    }

    public async Task<InferReply> InferOnceAsync(FeatureFrame frame, Hello? hello = null)
    {
        var request = new InferOnceRequest { Hello = hello ?? Frames.Hello(), Frame = frame };
        return await Client.InferOnceAsync(request, deadline: DateTime.UtcNow + Limit);
    }

    public async Task<DescribeReply> DescribeAsync() =>
        await Client.DescribeAsync(new DescribeRequest(), deadline: DateTime.UtcNow + Limit);

    /// <summary>Asks until it is so. Each question is a round trip, so nothing sleeps here.</summary>
    public async Task UntilAsync(Func<DescribeReply, bool> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!isSo(await DescribeAsync()))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        (_engine as ScriptedEngine)?.Release();
        _channel.Dispose();
        await Host.DisposeAsync().AsTask().WaitAsync(Limit);
        _engine.Dispose();
    }
}
