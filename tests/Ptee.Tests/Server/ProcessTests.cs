using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Ptee.Shared.Bundles;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>The program itself, from the folder where it lies beside other programs.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-server-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>SIGTERM only: a process that a script started in the background has SIGINT ignored from its birth.</summary>
    [Fact]
    public async Task It_serves_and_ends_with_0_on_SIGTERM()
    {
        using var limit = new CancellationTokenSource(RunningServer.Limit * 2);
        var bundle = Path.Combine(_folder, "x.ptee");
        BundleWriter.Write(Frames.Bundle, bundle, BundleHalf.Whole);
        using var server = Start("--bundle", bundle, "--urls", "http://127.0.0.1:0");
        try
        {
            var line = await server.StandardOutput.ReadLineAsync(limit.Token);
            Assert.NotNull(line);
            var url = line.Split(' ')[3];
            using var channel = GrpcChannel.ForAddress(url);
            var reply = await new SplitInference.SplitInferenceClient(channel).InferOnceAsync(
                new InferOnceRequest { Hello = Frames.Hello(), Frame = Frames.Of(cut: 0) },
                cancellationToken: limit.Token);

            using var kill = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await server.WaitForExitAsync(limit.Token);

            Assert.Equal($"ptee-server: listening on {url} bundle {Frames.Bundle.Id}", line);
            Assert.NotNull(reply.Answer);
            Assert.Equal(0, server.ExitCode);
            Assert.Empty(await server.StandardOutput.ReadToEndAsync(limit.Token));
            Assert.Empty(await server.StandardError.ReadToEndAsync(limit.Token));
        }
        finally
        {
            server.Kill(); // Does nothing when it has ended.
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line_on_standard_error_and_status_1()
    {
        using var limit = new CancellationTokenSource(RunningServer.Limit * 2);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var bundle = Path.Combine(_folder, "x.ptee");
        BundleWriter.Write(Frames.Bundle, bundle, BundleHalf.Server);
        using var server = Start("--bundle", bundle, "--urls", $"http://{other.LocalEndpoint}");
        try
        {
            var error = await server.StandardError.ReadToEndAsync(limit.Token);
            await server.WaitForExitAsync(limit.Token);

            Assert.Equal(1, server.ExitCode);
            Assert.StartsWith("ptee-server: --urls: cannot listen on http://", error, StringComparison.Ordinal);
            Assert.Single(error.TrimEnd().Split('\n'));
            Assert.Empty(await server.StandardOutput.ReadToEndAsync(limit.Token));
        }
        finally
        {
            server.Kill();
        }
    }

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ptee-server.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        return Process.Start(start)!;
    }
}
