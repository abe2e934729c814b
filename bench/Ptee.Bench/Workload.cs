using System.Buffers;
using Google.Protobuf;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Engines;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;
using Ptee.Training.Evaluation;

namespace Ptee.Bench;

/// <summary>What a device would send at the deepest split: the real images that its exits are not sure of.</summary>
/// <param name="Codec">At that split.</param>
/// <param name="Coded">What the codec codes of each image: its features, their latent, or the normalized picture.</param>
/// <param name="Payloads">The same as bytes.</param>
/// <param name="Decoded">The same as the codec gives it back.</param>
internal sealed record Workload(
    Bundle Bundle, ExitPolicy Policy, IFeatureCodec Codec, float[][] Coded, ByteString[] Payloads, float[][] Decoded)
{
    private const int Batch = 50;
    private const int MostImages = 1000;

    public int Cut => Bundle.Manifest.DeepestSplit;

    public Hello Hello => new()
    {
        BundleId = ByteString.CopyFrom(Convert.FromHexString(Bundle.Id)),
        Codecs = { Codec.Name },
        Gate = Policy.Gate,
        Thresholds = { Policy.Thresholds },
    };

    /// <summary>The first 1,000 images of a set.</summary>
    /// <param name="data">A name or a path; null for CIFAR-10's test set, of which these come with Ptee.</param>
    public static async Task<ImageSet> ImagesAsync(Manifest manifest, CancellationToken cancellationToken, string? data = null)
    {
        var images = await DataSets.OpenAsync(
            data ?? BuiltPrograms.Asset("cifar10-test-1000.bin"), size: manifest.Preprocessing.Size, cancellationToken: cancellationToken);
        return images.Take(MostImages);
    }

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
        var codec = FrameCodecs.Create(codecName ?? cut.Codec, manifest, manifest.DeepestSplit);
        var (coded, payloads, decoded) = (new List<float[]>(), new List<ByteString>(), new List<float[]>());
        foreach (var (_, count, input) in new ImageBatches(manifest.Preprocessing, images, Batch).All())
        {
            var result = cascade.Run(0, manifest.DeepestSplit, count, input, policy);
            foreach (var image in CodecInputs.Of(codec, engine, manifest.DeepestSplit, result.Remaining.ToArray(), result.Features.Span, input).Chunk(codec.Shape.Count))
            {
                var payload = new ArrayBufferWriter<byte>();
                codec.Encode(image, payload);
                var back = new float[image.Length];
                codec.Decode(payload.WrittenSpan, back);
                coded.Add(image);
                payloads.Add(ByteString.CopyFrom(payload.WrittenSpan));
                decoded.Add(back);
            }
        }

        return new Workload(bundle, policy, codec, [.. coded], [.. payloads], [.. decoded]);
    }
}
