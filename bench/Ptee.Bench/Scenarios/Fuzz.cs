using System.Diagnostics;
using Ptee.Shared;
using Ptee.Shared.Features;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Payloads that no device sends, seeded: whatever the bytes are, a codec decodes them to finite values or refuses them, in
/// bounded time, and allocates nothing that grows.
/// </summary>
internal static class Fuzz
{
    public const int Payloads = 10_000_000;

    private const int Chunk = 1_000;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);
    private static readonly string[] PictureCodecs = ["raw", "png", "webp", "jpeg:75", "webp:75"]; // One of each format.
    private static readonly string[] Kinds = ["random", "truncated", "mutated", "near miss"];

    public static async Task<ScenarioResult> RunAsync(string? bundle, int payloads, int seed, CancellationToken cancellationToken)
    {
        var model = Models.Open(bundle).First().Bundle;
        var real = new List<(IFeatureCodec Codec, byte[][] Payloads, int Values)>();
        foreach (var name in FeatureCodecs.NamesAt(model.Manifest.Cuts[model.Manifest.DeepestSplit]).Concat(PictureCodecs))
        {
            var workload = await Workload.OfAsync(model, cancellationToken, name);
            real.Add((workload.Codec, [.. workload.Payloads.Select(payload => payload.ToByteArray())], workload.Codec.Shape.Count));
        }

        var (decoded, refused, crashed, slow) = (0L, 0L, 0L, 0L);
        var (slowest, before, start) = (0L, ProcessMemory.Resident(), Stopwatch.GetTimestamp());
        string? first = null;
        Parallel.For(0, payloads / Chunk, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, chunk =>
        {
            // A chunk has its own seed: what it sends does not depend on which thread took it.
            var random = new Random(HashCode(seed, chunk));
            var (codec, samples, count) = real[chunk % real.Count];
            var values = new float[count];
            var payload = new byte[codec.MaxPayloadBytes + 16];
            for (var i = 0; i < Chunk; i++)
            {
                var kind = random.Next(Kinds.Length);
                var length = Fill(kind, samples[random.Next(samples.Length)], payload, random);
                var at = Stopwatch.GetTimestamp();
                try
                {
                    codec.Decode(payload.AsSpan(0, length), values);
                    Interlocked.Increment(ref decoded);
                    if (values.Any(value => !float.IsFinite(value)))
                    {
                        throw new InvalidOperationException("a value is not finite");
                    }
                }
                catch (PteeFormatException)
                {
                    Interlocked.Increment(ref refused);
                }
                catch (Exception exception)
                {
                    Interlocked.Increment(ref crashed);
                    Interlocked.CompareExchange(ref first, $"{codec.Name}, {Kinds[kind]}: {exception}", null);
                }

                var took = Stopwatch.GetTimestamp() - at;
                if (Stopwatch.GetElapsedTime(0, took) > Hang)
                {
                    Interlocked.Increment(ref slow);
                }

                for (var seen = Volatile.Read(ref slowest); took > seen; seen = Volatile.Read(ref slowest))
                {
                    Interlocked.CompareExchange(ref slowest, took, seen);
                }
            }
        });
        if (first is not null)
        {
            Console.Error.WriteLine(first);
        }

        return new ScenarioResult("fuzz", ScenarioResult.ThisMachine, new Dictionary<string, Figure>
        {
            ["payloads"] = Figure.Of(decoded + refused + crashed, "payloads"),
            ["decoded"] = Figure.Of(decoded, "payloads"),
            ["refused"] = Figure.Of(refused, "payloads"),
            ["crashes"] = Figure.Of(crashed, "payloads"),
            ["hangs"] = Figure.Of(slow, "payloads"),
            ["slowest_ms"] = Figure.Of(Stopwatch.GetElapsedTime(0, slowest).TotalMilliseconds, "ms"),
            ["resident_growth_mb"] = Figure.Of((ProcessMemory.Resident() - before) / (double)(1 << 20), "MB"),
            ["payloads_per_s"] = Figure.Of(payloads / Stopwatch.GetElapsedTime(start).TotalSeconds, "payloads/s"),
        });
    }

    /// <exception cref="PteeFormatException">A crash, a hang, or memory that grew by more than the work itself takes.</exception>
    public static void RequireNone(ScenarioResult result)
    {
        const double mostGrowthMb = 100;
        if (result.Figures["crashes"].Value > 0 || result.Figures["hangs"].Value > 0 || result.Figures["resident_growth_mb"].Value > mostGrowthMb)
        {
            throw new PteeFormatException($"a codec gave way: {result}".ReplaceLineEndings("; "));
        }
    }

    /// <returns>The payload's length.</returns>
    private static int Fill(int kind, byte[] sample, byte[] payload, Random random)
    {
        switch (Kinds[kind])
        {
            case "random":
                var length = random.Next(payload.Length + 1);
                random.NextBytes(payload.AsSpan(0, length));
                return length;
            case "truncated":
                sample.CopyTo(payload, 0);
                return random.Next(sample.Length + 1);
            case "mutated":
                sample.CopyTo(payload, 0);
                for (var changes = random.Next(1, 32); changes > 0 && sample.Length > 0; changes--)
                {
                    payload[random.Next(sample.Length)] = (byte)random.Next(256);
                }

                return sample.Length;
            default: // One bit, or some bytes more.
                sample.CopyTo(payload, 0);
                var more = Math.Min(random.Next(4), payload.Length - sample.Length);
                random.NextBytes(payload.AsSpan(sample.Length, more));
                if (sample.Length > 0)
                {
                    payload[random.Next(sample.Length)] ^= (byte)(1 << random.Next(8));
                }

                return sample.Length + more;
        }
    }

    /// <summary>The same in every process, which <see cref="System.HashCode"/> is not.</summary>
    private static int HashCode(int seed, int chunk) => unchecked((seed * 1_000_003) ^ (chunk * 7_919));
}
