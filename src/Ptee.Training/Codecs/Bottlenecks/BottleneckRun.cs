using System.Buffers;
using Ptee.Data;
using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features.Quant;
using Ptee.Shared.Inference;
using Ptee.Training.ExitTraining;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>Trains a bottleneck for one cut of a calibrated model and fits the tables of its rates.</summary>
/// <param name="bundle">Calibrated; its default point says which images leave early.</param>
/// <param name="engine">Of that bundle.</param>
/// <param name="exits">The same model, for gradients.</param>
public sealed class BottleneckRun(Bundle bundle, IEngine engine, StagedExits exits, int cut, BottleneckOptions options)
{
    private const int BatchSize = 64;

    /// <summary>Held-out images that have to reach the cut: of fewer too little would be known.</summary>
    private const int FewestImages = 10;

    /// <summary>Held-out pictures that are changed as in training.</summary>
    private const int Blends = 2_000;

    private readonly ExitPolicy _policy = bundle.Manifest.PolicyOf(OperatingPoint.Accurate, threshold: null).Policy;
    private readonly int _first = bundle.Manifest.Cuts[cut].Block + 1;

    private BackboneNetwork Rest => exits.Folded;

    /// <summary>The layers of the widest bottleneck that the device can bear.</summary>
    /// <exception cref="PteeFormatException">There is none.</exception>
    public static Bottleneck LayersFor(Manifest manifest, int cut, int channels)
    {
        var (backbone, shape) = (Backbones.Build(manifest.Architecture), manifest.Cuts[cut].Shape);
        var width = Bottleneck.WidthFor(shape, channels, manifest.BackboneMacs);
        return Bottleneck.After(backbone, manifest.Cuts[cut].Block, width, channels);
    }

    /// <param name="networks">Trained in place.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    /// <returns>Its rates, from the finest.</returns>
    /// <exception cref="PteeFormatException">Too few images reach the cut, or the checkpoint is of another run.</exception>
    public BottleneckRate[] Train(
        BottleneckNetworks networks, ImageSet images, ImageSet heldOut, ExitCheckpoint checkpoint, IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken) => Run(
            networks,
            images,
            heldOut,
            (lessons, blends) =>
            {
                var run = $"{options} on {images.Count} images {images.Fingerprint} at cut {cut} of {bundle.Id}";
                new BottleneckTrainer(options, Rest, _first).Train(networks, lessons, blends, checkpoint, run, progress, cancellationToken);
            },
            progress,
            cancellationToken);

    /// <summary>The rates of networks that stay as they are, for the images that reach the cut now.</summary>
    /// <returns>From the finest.</returns>
    /// <exception cref="PteeFormatException">Too few images reach the cut.</exception>
    public BottleneckRate[] Refit(
        BottleneckNetworks networks, ImageSet images, ImageSet heldOut, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        Run(networks, images, heldOut, train: (_, _) => { }, progress, cancellationToken);

    private BottleneckRate[] Run(
        BottleneckNetworks networks, ImageSet images, ImageSet heldOut, Action<CutLessons, CutLessons> train,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        // First what may fail: training takes long.
        var plain = HardFeatures.Of(bundle.Manifest, engine, _policy, cut, heldOut, progress, cancellationToken);
        if (plain.Count < FewestImages)
        {
            throw new PteeFormatException(
                $"cut {cut}: {plain.Count} of {heldOut.Count} held-out images come so far, expected at least {FewestImages}; another cut or more images?");
        }

        using var lessons = Lessons(images, options.Pictures, progress, cancellationToken);
        using var blends = Lessons(heldOut, Math.Min(Blends, options.Pictures), progress: null, cancellationToken);
        train(lessons, blends);
        var fitter = new QuantFitter(Latents(networks, lessons));
        return [.. options.Steps.Select(step =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var steps = new float[networks.Layers.Latent.Channels];
            steps.AsSpan().Fill((float)step);
            return Judge(networks, fitter.Fit(steps), plain, blends);
        })];
    }

    private CutLessons Lessons(ImageSet images, int wanted, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) => CutLessons.Make(
        bundle.Manifest, engine, _policy, exits, cut, images, wanted, options.Mixup, options.Seed, progress, cancellationToken);

    private BottleneckRate Judge(BottleneckNetworks networks, QuantTables tables, HardFeatures plain, CutLessons blends)
    {
        var (decoded, bytes) = Travel(networks, tables, plain.Values, plain.Count);
        var exact = plain.Agreeing(bundle.Manifest, engine, _policy, cut, plain.Values);
        var agreeing = plain.Agreeing(bundle.Manifest, engine, _policy, cut, decoded);
        return new BottleneckRate(
            tables, (double)bytes / plain.Count, (double)(exact - agreeing) / plain.AllImages,
            (double)(blends.Count - AgreeingBlends(networks, tables, blends)) / blends.Pictures);
    }

    private int AgreeingBlends(BottleneckNetworks networks, QuantTables tables, CutLessons blends)
    {
        using var mode = no_grad();
        var shape = networks.Layers.In;
        var (decoded, _) = Travel(networks, tables, blends.Features.data<float>().ToArray(), blends.Count);
        var agreeing = 0;
        for (var first = 0; first < blends.Count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, blends.Count - first);
            var x = tensor(decoded.AsSpan(first * shape.Count, count * shape.Count).ToArray(), [count, shape.Channels, shape.Height, shape.Width]);
            var said = Rest.Run(x, _first..).argmax(1);
            agreeing += (int)said.eq(blends.Logits.narrow(0, first, count).argmax(1)).sum().item<long>();
        }

        return agreeing;
    }

    /// <summary>Features as a server has them: encoded, quantized, coded and back.</summary>
    /// <param name="features">(N, C, H, W).</param>
    private static (float[] Decoded, long Bytes) Travel(BottleneckNetworks networks, QuantTables tables, float[] features, int count)
    {
        using var mode = no_grad();
        var (shape, latent) = (networks.Layers.In, networks.Layers.Latent);
        var codec = new QuantCodec(latent, tables);
        var decoded = new float[features.Length];
        var bytes = 0L;
        for (var first = 0; first < count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var images = Math.Min(BatchSize, count - first);
            var part = first * shape.Count;
            var x = tensor(features.AsSpan(part, images * shape.Count).ToArray(), [images, shape.Channels, shape.Height, shape.Width]);
            var values = networks.Encode(x).contiguous().data<float>().ToArray();
            Parallel.For(0, images, image =>
            {
                var one = values.AsSpan(image * latent.Count, latent.Count);
                var payload = new ArrayBufferWriter<byte>(codec.MaxPayloadBytes);
                codec.Encode(one, payload);
                codec.Decode(payload.WrittenSpan, one);
                Interlocked.Add(ref bytes, payload.WrittenCount);
            });
            var y = networks.Decode(tensor(values, [images, latent.Channels, latent.Height, latent.Width]));
            y.contiguous().data<float>().ToArray().CopyTo(decoded, part);
        }

        return (decoded, bytes);
    }

    private static HardFeatures Latents(BottleneckNetworks networks, CutLessons lessons)
    {
        using var mode = no_grad();
        var latent = networks.Layers.Latent;
        var values = new float[lessons.Count * latent.Count];
        for (var first = 0; first < lessons.Count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, lessons.Count - first);
            networks.Encode(lessons.Features.narrow(0, first, count)).contiguous().data<float>().ToArray().CopyTo(values, first * latent.Count);
        }

        return new HardFeatures(latent, lessons.Pictures, values, new int[lessons.Count]);
    }
}
