using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Edge;

/// <summary>A real gRPC server on a loopback port that does to each stream what a test says.</summary>
internal sealed class ScriptedServer(Func<ServerSession, Task> script)
    : SplitInference.SplitInferenceBase, IAsyncDisposable
{
    private readonly Channel<ReceivedFrame> _frames = Channel.CreateUnbounded<ReceivedFrame>();
    private WebApplication? _app;
    private int _streams;

    public Uri Address { get; private set; } = null!;

    /// <summary>What Describe says; empty as from a server that does not know.</summary>
    public byte[] DescribedBundle { get; init; } = [];

    public int Streams => Volatile.Read(ref _streams);

    public int FramesWaiting => _frames.Reader.Count;

    public static Task<ScriptedServer> StartAsync(Func<ServerSession, Task> script) =>
        new ScriptedServer(script).StartAsync();

    public async Task<ScriptedServer> StartAsync()
    {
        _app = Build(HttpProtocols.Http2, services => services.AddGrpc().Services.AddSingleton(this));
        _app.MapGrpcService<ScriptedServer>();
        Address = await StartAsync(_app);
        return this;
    }

    /// <summary>A server that is something else: no gRPC, and one page for whoever asks.</summary>
    public static async Task<(WebApplication App, Uri Address)> StartOtherAsync(HttpProtocols protocols, bool withTls = false)
    {
        var app = Build(protocols, _ => { }, withTls);
        app.MapGet("/", () => "hello");
        return (app, await StartAsync(app));
    }

    /// <summary>The next frame of any stream, in the order they came.</summary>
    public Task<ReceivedFrame> NextFrameAsync() => _frames.Reader.ReadAsync().AsTask().Bounded();

    public override Task Infer(
        IAsyncStreamReader<InferRequest> requestStream,
        IServerStreamWriter<InferReply> responseStream,
        ServerCallContext context) =>
        script(new ServerSession(
            Interlocked.Increment(ref _streams), requestStream, responseStream, context, _frames.Writer));

    public override Task<DescribeReply> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(new DescribeReply { BundleId = Google.Protobuf.ByteString.CopyFrom(DescribedBundle) });

    public async ValueTask DisposeAsync()
    {
        // Cancelled from the start: streams that a script keeps open are cut.
        await _app!.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static WebApplication Build(HttpProtocols protocols, Action<IServiceCollection> add, bool withTls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (withTls)
            {
                listen.UseHttps(OwnCertificate());
            }
        }));
        add(builder.Services);
        return builder.Build();
    }

    /// <summary>Of nobody's authority.</summary>
    private static X509Certificate2 OwnCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static async Task<Uri> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new Uri(app.Urls.Single());
    }
}
