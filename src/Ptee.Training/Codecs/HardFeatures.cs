using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Training.Evaluation;
using Ptee.Training.Progress;

namespace Ptee.Training.Codecs;

/// <summary>The features at one cut of the images that no exit up to there was sure of: what a codec is for.</summary>
/// <param name="AllImages">Images that went in, those that left early too.</param>
/// <param name="Values">(N, C, H, W).</param>
/// <param name="Classes">N: what the undivided backbone says.</param>
internal sealed record HardFeatures(FeatureShape Shape, int AllImages, float[] Values, int[] Classes)
{
    private const int BatchSize = 64;

    public int Count => Classes.Length;

    public ReadOnlySpan<float> this[int image] => Values.AsSpan(image * Shape.Count, Shape.Count);

    public static HardFeatures Of(
        Manifest manifest,
        IEngine engine,
        ExitPolicy policy,
        int cut,
        ImageSet images,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var cascade = new Cascade(manifest, engine);
        var never = ExitPolicy.Uniform(policy.Gate, ExitPolicy.Never, policy.EarlyExits);
        var values = new List<float[]>();
        var classes = new List<int>();
        foreach (var (first, count, input) in new ImageBatches(manifest.Preprocessing, images, BatchSize).All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var features = cascade.Run(0, cut, count, input, policy).Features.ToArray();
            values.Add(features);
            classes.AddRange(Answered(cascade, manifest, cut, features, never));
            progress?.Report(new($"of the images, for features at cut {cut}", first + count, images.Count));
        }

        return new HardFeatures(manifest.Cuts[cut].Shape, images.Count, [.. values.SelectMany(batch => batch)], [.. classes]);
    }

    /// <summary>How many of the images the rest of the network answers as the undivided backbone does.</summary>
    /// <param name="features">(N, C, H, W), these images' features as a server would have them.</param>
    public int Agreeing(Manifest manifest, IEngine engine, ExitPolicy policy, int cut, float[] features)
    {
        var cascade = new Cascade(manifest, engine);
        var agreeing = 0;
        for (var first = 0; first < Count; first += BatchSize)
        {
            var count = Math.Min(BatchSize, Count - first);
            var answers = Answered(cascade, manifest, cut, features.AsMemory(first * Shape.Count, count * Shape.Count), policy);
            agreeing += answers.Zip(Classes.Skip(first)).Count(pair => pair.First == pair.Second);
        }

        return agreeing;
    }

    private static int[] Answered(Cascade cascade, Manifest manifest, int cut, ReadOnlyMemory<float> features, ExitPolicy policy)
    {
        var count = features.Length / manifest.Cuts[cut].Shape.Count;
        return count == 0
            ? []
            : [.. cascade.Run(cut + 1, manifest.SegmentCount - 1, count, features, policy).Answers.ToArray().Select(answer => answer.Class)];
    }
}
