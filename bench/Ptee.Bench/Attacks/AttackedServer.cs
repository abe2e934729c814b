using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Ptee.Cli.Demo;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Bench.Attacks;

/// <summary>A server process of its own for one attack, and what is seen of it from outside.</summary>
internal sealed partial class AttackedServer : IAsyncDisposable
{
    private const int Terminate = 15; // SIGTERM.

    /// <summary>Descriptors that come and go by themselves.</summary>
    private const int SpareDescriptors = 8;

    private static readonly TimeSpan MostToCleanUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MostToEnd = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostToDescribe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly ChildProcess _process;
    private readonly string _bundle;
    private int _descriptors;

    private AttackedServer(ChildProcess process, string address, string bundle) => (_process, Address, _bundle) = (process, address, bundle);

    public string Address { get; }

    /// <summary>As last seen; a process that has died says nothing any more.</summary>
    public long PeakBytes { get; private set; }

    private string DescriptorFolder => $"/proc/{_process.Id}/fd";

    private bool IsGone => !Directory.Exists(DescriptorFolder);

    public static async Task<AttackedServer> StartAsync(Attack attack, string bundle, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(
            "ptee-server", ["--bundle", bundle, "--urls", "http://127.0.0.1:0"], BuiltPrograms.Folder, cancellationToken, attack.Server);
        try
        {
            return new AttackedServer(process, await DemoRun.AddressAsync(process, cancellationToken), bundle);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the attack loose for a while.</summary>
    /// <returns>What it says it did.</returns>
    public async Task<Dictionary<string, long>> AttackAsync(Attack attack, TimeSpan time, CancellationToken cancellationToken)
    {
        _descriptors = Descriptors();
        // Last in line for the processor: real attackers bring their own, and what they cost the server is what is measured.
        using var attacker = Process.Start(new ProcessStartInfo(
            "nice",
            ["-n", "19", Path.Combine(AppContext.BaseDirectory, "Ptee.Bench"), "attacker", "--name", attack.Name, "--to", Address, "--bundle", _bundle])
        { RedirectStandardOutput = true })!;
        try
        {
            string? line = null;
            for (long? start = null; start is null || Stopwatch.GetElapsedTime(start.Value) < time; start ??= Stopwatch.GetTimestamp())
            {
                line = await attacker.StandardOutput.ReadLineAsync(cancellationToken)
                    ?? throw new PteeFormatException($"{attack.Name}: the attacker ended by itself");
                Look();
            }

            var tally = JsonSerializer.Deserialize<Dictionary<string, long>>(line!)!;
            return tally["connections"] > 0 ? tally : throw new PteeFormatException($"{attack.Name}: it never reached the server");
        }
        finally
        {
            attacker.Kill(entireProcessTree: true);
            await attacker.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until a caller who comes now is answered, and nothing of the attack is left but what has its well-behaved neighbour.</summary>
    public async Task<TimeSpan> CleanUpAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await IsCleanAsync(cancellationToken))
        {
            Look();
            if (IsGone || Stopwatch.GetElapsedTime(start) >= MostToCleanUp)
            {
                return MostToCleanUp; // Never, as far as anybody knows.
            }

            await Task.Delay(BetweenLooks, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <returns>Whether it was there to be told, and ended well and soon.</returns>
    public async Task<bool> EndAsync(CancellationToken cancellationToken)
    {
        Look();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(MostToEnd);
        try
        {
            if (Kill(_process.Id, Terminate) != 0)
            {
                return false;
            }

            await _process.RequireSuccessAsync(late.Token);
            return true;
        }
        catch (Exception exception) when (exception is PteeFormatException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<bool> IsCleanAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var channel = GrpcChannel.ForAddress(Address);
            var client = new SplitInference.SplitInferenceClient(channel);
            var reply = await client.DescribeAsync(
                new DescribeRequest(), deadline: DateTime.UtcNow + MostToDescribe, cancellationToken: cancellationToken);
            return reply.Load.Streams <= 1 && Descriptors() <= _descriptors + SpareDescriptors;
        }
        catch (Exception exception) when (exception is RpcException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private void Look()
    {
        try
        {
            PeakBytes = Math.Max(PeakBytes, ProcessMemory.Peak(_process.Id));
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException)
        {
            // It has died: what was seen before stands.
        }
    }

    private int Descriptors() => IsGone ? 0 : Directory.GetFiles(DescriptorFolder).Length;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
