using System.Buffers;
using Google.Protobuf;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;
using Ptee.Training.Evaluation;

namespace Ptee.Bench;

/// <summary>What a device would send at the deepest split: the real images that its exits are not sure of.</summary>
/// <param name="Payloads">As the cut's codec writes them.</param>
/// <param name="Features">The same, decoded: what an engine gets.</param>
internal sealed record Workload(Bundle Bundle, ExitPolicy Policy, ByteString[] Payloads, float[][] Features)
{
    private const int Batch = 50;

    public int Cut => Bundle.Manifest.DeepestSplit;

    public Hello Hello => new()
    {
        BundleId = ByteString.CopyFrom(Convert.FromHexString(Bundle.Id)),
        Codecs = { Bundle.Manifest.Cuts[Cut].Codec },
        Gate = Policy.Gate,
        Thresholds = { Policy.Thresholds },
    };

    /// <summary>The first 1,000 images of CIFAR-10's test set, which come with Ptee.</summary>
    public static Task<ImageSet> ImagesAsync(Manifest manifest, CancellationToken cancellationToken) => DataSets.OpenAsync(
        BuiltPrograms.Asset("cifar10-test-1000.bin"), size: manifest.Preprocessing.Size, cancellationToken: cancellationToken);

    /// <returns>(count, C, H, W) each; what is left at the end and is no full batch is left out.</returns>
    public static float[][] Inputs(Manifest manifest, ImageSet images, int count) =>
        [.. new ImageBatches(manifest.Preprocessing, images, count).All().Where(batch => batch.Count == count).Select(batch => batch.Input)];

    /// <param name="codecName">Null: the cut's own.</param>
    public static async Task<Workload> OfAsync(Bundle bundle, CancellationToken cancellationToken, string? codecName = null)
    {
        var manifest = bundle.Manifest;
        var images = await ImagesAsync(manifest, cancellationToken);
        var (_, policy) = manifest.PolicyOf(OperatingPoint.Accurate, threshold: null);
        // One thread: ONNX Runtime keeps the first number that a process asks for, and the scenarios measure with one.
        using var engine = BundleEngines.Open(BundleEngines.Default, bundle, threads: 1);
        var cascade = new Cascade(manifest, engine);
        var cut = manifest.Cuts[manifest.DeepestSplit];
        var codec = FeatureCodecs.Create(codecName ?? cut.Codec, cut);
        var (payloads, features) = (new List<ByteString>(), new List<float[]>());
        foreach (var (_, count, input) in new ImageBatches(manifest.Preprocessing, images, Batch).All())
        {
            var result = cascade.Run(0, manifest.DeepestSplit, count, input, policy);
            for (var row = 0; row < result.Remaining.Length; row++)
            {
                var payload = new ArrayBufferWriter<byte>();
                codec.Encode(result.Features.Span.Slice(row * cut.Shape.Count, cut.Shape.Count), payload);
                var decoded = new float[cut.Shape.Count];
                codec.Decode(payload.WrittenSpan, decoded);
                payloads.Add(ByteString.CopyFrom(payload.WrittenSpan));
                features.Add(decoded);
            }
        }

        return new Workload(bundle, policy, [.. payloads], [.. features]);
    }
}
