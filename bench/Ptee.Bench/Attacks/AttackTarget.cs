using System.Net;
using Google.Protobuf;
using Ptee.Data.Codecs;
using Ptee.Shared.Bundles;
using Ptee.Shared.Wire;

namespace Ptee.Bench.Attacks;

/// <summary>The server that is attacked, what a caller must say to it, and where the attack comes from.</summary>
internal sealed class AttackTarget
{
    private const int PixelBytes = 3072;
    private const int AddressesOfABlock = 250;
    private static readonly TimeSpan BeforeAgain = TimeSpan.FromSeconds(1);

    private readonly Bundle _bundle;

    /// <param name="address"><c>http://ADDRESS:PORT</c>.</param>
    /// <param name="bundle">Path of the one that the server runs.</param>
    public AttackTarget(string address, string bundle)
    {
        Uri = new Uri(address);
        Server = new IPEndPoint(IPAddress.Parse(Uri.DnsSafeHost), Uri.Port);
        _bundle = Bundle.Open(bundle);
        var pixels = new byte[PixelBytes];
        new Random(Seed: 1).NextBytes(pixels);
        Frame = new FeatureFrame { Cut = 0, Payload = ByteString.CopyFrom(pixels) };
    }

    public Uri Uri { get; }

    public IPEndPoint Server { get; }

    public AttackTally Tally { get; } = new();

    /// <summary>A picture of noise: no exit is sure of it, so the server runs the whole network.</summary>
    public FeatureFrame Frame { get; }

    /// <param name="threshold">For all exits; null: those of the point that the well-behaved client has.</param>
    public Hello Hello(float? threshold = null)
    {
        var (_, policy) = _bundle.Manifest.PolicyOf(threshold is null ? OperatingPoint.Accurate : null, threshold);
        return new Hello
        {
            BundleId = ByteString.CopyFrom(Convert.FromHexString(_bundle.Id)),
            Codecs = { FrameCodecs.Raw },
            Gate = policy.Gate,
            Thresholds = { policy.Thresholds },
        };
    }

    /// <summary>One of the loopback addresses; the well-behaved client has 127.0.0.1.</summary>
    public static IPAddress From(int attacker) =>
        new([127, 0, (byte)(1 + (attacker / AddressesOfABlock)), (byte)(1 + (attacker % AddressesOfABlock))]);

    /// <summary>Does so many things side by side; each that ends, because the server ended it, is begun again after a second.</summary>
    public static Task RepeatAsync(int count, Func<int, CancellationToken, Task> attack, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            await Task.Delay(i, cancellationToken); // In milliseconds: a queue of connections that overflows at once would wait seconds.
            while (true)
            {
                try
                {
                    await attack(i, cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // Whatever the server did against it.
                }

                await Task.Delay(BeforeAgain, cancellationToken);
            }
        }));
}
