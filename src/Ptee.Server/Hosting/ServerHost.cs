using System.Net.Sockets;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Ptee.Server.Scheduling;
using Ptee.Server.Services;
using Ptee.Shared;
using Ptee.Shared.Inference;

namespace Ptee.Server.Hosting;

/// <summary>A running server: Kestrel, the service behind it and the worker. For the command and for tests.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    /// <summary>How long queued frames have to finish once the server stops; then connections are cut.</summary>
    public static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long connections have to close once nothing runs on them any more.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    /// <summary>Room in a message for all that is neither payload nor thresholds: names, tags.</summary>
    private const int MessageHeadroomBytes = 4096;

    private const int MaxHeaderBytes = 16 * 1024;
    private const int StreamWindowBytes = 128 * 1024;

    private readonly WebApplication _app;
    private readonly CallGate _calls;
    private readonly BatchWorker _worker;

    private ServerHost(WebApplication app)
    {
        _app = app;
        _calls = app.Services.GetRequiredService<CallGate>();
        _worker = app.Services.GetRequiredService<BatchWorker>();
    }

    /// <summary>Ends when the worker does, and throws what ended it: without a worker nothing is answered any more.</summary>
    public Task WorkerEnded => _worker.Ended;

    /// <summary>Where it listens, with the ports that were really taken.</summary>
    public IReadOnlyList<string> Urls => [.. _app.Services.GetRequiredService<IServer>()
        .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

    /// <summary>Warms the engine, then listens. The caller disposes of the engine, after the host.</summary>
    /// <exception cref="PteeFormatException">A place to listen is taken or not this machine's.</exception>
    public static async Task<ServerHost> StartAsync(
        ServedModel model, IEngine engine, ServerOptions options, TimeProvider time, Action<ILoggingBuilder> logging)
    {
        var host = new ServerHost(Build(model, engine, options, time, logging));
        try
        {
            await host._worker.StartAsync();
            await host._app.StartAsync();
            return host;
        }
        catch (Exception exception)
        {
            await host.DisposeAsync();
            if (exception is IOException or SocketException)
            {
                var urls = string.Join(';', options.Urls.Select(url => url.Text));
                throw new PteeFormatException($"--urls: cannot listen on {urls}: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Accepts nothing more and answers what is queued; what is left when the limit is over is cut.</summary>
    public async Task StopAsync()
    {
        await _calls.CloseAsync(ShutdownLimit);
        await _app.StopAsync();
        await _worker.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(
        ServedModel model, IEngine engine, ServerOptions options, TimeProvider time, Action<ILoggingBuilder> logging)
    {
        model.RequireBatch(options.MaxBatch);
        Descriptors.Require(options.MaxConnections, Descriptors.Room());
        // The empty builder reads no settings file and no environment: the same wherever the program lies.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        logging(builder.Logging);
        // It logs what it throws, stack and all; whoever started the server says it in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It logs as an error, with its stack, whatever breaks a call, and that is nearly always a caller that goes away. What is
        // wrong here StatusInterceptor says.
        builder.Logging.AddFilter("Grpc", LogLevel.None);
        // What a frame's arrival sets off is short (checked, decoded, queued): it needs no thread of its own.
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true).ConfigureKestrel(
            kestrel => Configure(kestrel, options, new ConnectionGate(options, time)));
        builder.Services
            .Configure<HostOptions>(host => host.ShutdownTimeout = CloseLimit)
            .AddSingleton<IHostLifetime, NoSignals>()
            .AddSingleton(model).AddSingleton(engine).AddSingleton(options).AddSingleton(time)
            .AddSingleton(new FrameQueue(model.Manifest.SegmentCount, options.QueueLimit))
            .AddSingleton(new FeaturePool(model.Manifest, options.QueueLimit + options.MaxBatch))
            .AddSingleton<LoadCounters>()
            .AddSingleton<BatchRunner>()
            .AddSingleton<BatchWorker>()
            .AddSingleton<CallGate>()
            .AddSingleton<HelloDesk>()
            .AddSingleton<FrameIntake>()
            .AddSingleton<ServerDescription>()
            .AddSingleton<SplitInferenceService>()
            // The limit below holds for what travels, not for what it inflates to; so nothing compressed is taken.
            // Afterwards, because an empty list is filled with the defaults.
            .PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders = [])
            .AddGrpc(grpc =>
            {
                grpc.Interceptors.Add<StatusInterceptor>();
                grpc.MaxReceiveMessageSize = model.MaxPayloadBytes + model.MaxThresholdBytes + MessageHeadroomBytes;
            });
        var app = builder.Build();
        app.MapGrpcService<SplitInferenceService>();
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options, ConnectionGate gate)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = true; // A proxy that does TLS may pass on the device's "https".
        kestrel.Limits.KeepAliveTimeout = options.UnusedLimit;
        kestrel.Limits.RequestHeadersTimeout = options.PrefaceLimit;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection;
        // What a connection can have here unread. A longer message still comes through: reading it makes room for the rest.
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * StreamWindowBytes;
        // A device that dropped off the network says nothing: without pings its stream would stay for good.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        foreach (var url in options.Urls)
        {
            url.AddTo(kestrel, gate);
        }
    }
}
