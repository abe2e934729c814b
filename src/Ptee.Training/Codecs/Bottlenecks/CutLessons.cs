using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Training.Batches;
using Ptee.Training.ExitTraining;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>
/// Features at a cut of changed pictures that no exit up to there was sure of, and what the backbone says of them. Made once,
/// so that the trunk does not run again in each epoch.
/// </summary>
/// <param name="Features">(N, C, H, W).</param>
/// <param name="Logits">(N, classes).</param>
/// <param name="Pictures">That were looked at, those that left early too.</param>
internal sealed record CutLessons(Tensor Features, Tensor Logits, int Pictures) : IDisposable
{
    private const int BatchSize = 128;

    /// <summary>Values of all features together, 8 GB: what an array can hold.</summary>
    private const long MostValues = 2_000_000_000;

    /// <summary>Of the pictures that are looked at, those that have to come so far.</summary>
    private const double LeastShare = 0.02;

    public int Count => (int)Features.shape[0];

    /// <param name="wanted">How many there are to be.</param>
    /// <param name="mixup">Share of the pictures that are blends.</param>
    /// <exception cref="PteeFormatException">Too few images reach the cut, or their features would be too large.</exception>
    public static CutLessons Make(
        Manifest manifest, IEngine engine, ExitPolicy policy, StagedExits exits, int cut, ImageSet images, int wanted, double mixup, int seed,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var shape = manifest.Cuts[cut].Shape;
        if ((long)wanted * shape.Count > MostValues)
        {
            throw new PteeFormatException(
                $"cut {cut}: features of {wanted} pictures, {shape} each, are too many to keep; expected at most {MostValues / shape.Count} --pictures");
        }

        var (features, logits) = (empty([wanted, shape.Channels, shape.Height, shape.Width]), empty([wanted, manifest.Labels.Length]));
        var cascade = new Cascade(manifest, engine);
        var augmenter = new Augmenter(manifest.Preprocessing);
        var (made, pictures) = (0, 0);
        using var mode = no_grad();
        for (var pass = 0; pictures * LeastShare < wanted; pass++)
        {
            var epoch = new Epoch(seed, pass, images.Count, BatchSize);
            for (var batch = 0; batch < epoch.Batches; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var indexes = epoch[batch];
                var input = augmenter.Random(images, indexes, images.Size, epoch.Random);
                Augmenter.Mix(input, indexes.Length, mixup, epoch.Random);
                var result = cascade.Run(0, cut, indexes.Length, input, policy);
                var count = Math.Min(result.Remaining.Length, wanted - made);
                // Not those after the last that is kept: of them nothing is known.
                pictures += made + count < wanted ? indexes.Length : result.Remaining.Span[count - 1] + 1;
                if (count > 0)
                {
                    using var scope = NewDisposeScope();
                    var hard = tensor(
                        result.Features[..(count * shape.Count)].ToArray(), [count, shape.Channels, shape.Height, shape.Width]);
                    features.narrow(0, made, count).copy_(hard);
                    logits.narrow(0, made, count).copy_(exits.Folded.Run(hard, (exits.Plan.Exits[cut].Block + 1)..));
                    made += count;
                    progress?.Report(new($"features at cut {cut}", made, wanted));
                }

                if (made == wanted)
                {
                    return new CutLessons(features, logits, pictures);
                }
            }
        }

        new CutLessons(features, logits, pictures).Dispose();
        throw new PteeFormatException(
            $"cut {cut}: {made} of {pictures} pictures come so far, expected {wanted}; another cut or fewer --pictures?");
    }

    public void Dispose()
    {
        Features.Dispose();
        Logits.Dispose();
    }
}
