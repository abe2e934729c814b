using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Training.ExitTraining;
using Ptee.Training.Progress;

namespace Ptee.Training.Codecs;

/// <summary>Fits what codes the features at each cut where the edge may hand over, on images that did not leave before it.</summary>
public static class CodecCalibrator
{
    /// <summary>About a third of a point.</summary>
    public const double DefaultTolerance = 0.0035;

    /// <summary>Of a cut that fewer images reach, too little is known.</summary>
    private const int FewestImages = 50;

    /// <param name="bundle">Calibrated; its default point says which images leave early.</param>
    /// <param name="engine">Of that bundle.</param>
    /// <param name="exits">The same model, for gradients.</param>
    /// <param name="images">Held-out training images; labels are not looked at.</param>
    /// <param name="tolerance">Share of all images whose agreement with the backbone may go.</param>
    /// <returns>For each cut, null where the edge does not hand over or too few images come.</returns>
    public static QuantOutcome?[] Run(
        Bundle bundle,
        IEngine engine,
        StagedExits exits,
        ImageSet images,
        double tolerance,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var manifest = bundle.Manifest;
        var (_, policy) = manifest.PolicyOf(OperatingPoint.Accurate, threshold: null);
        var outcomes = new QuantOutcome?[manifest.Cuts.Length];
        for (var cut = 0; cut <= manifest.DeepestSplit; cut++)
        {
            var features = HardFeatures.Of(manifest, engine, policy, cut, images, progress, cancellationToken);
            if (features.Count >= FewestImages)
            {
                var sensitivity = CutSensitivity.Of(exits, cut, features);
                outcomes[cut] = QuantSearch.Run(manifest, engine, policy, cut, features, sensitivity, tolerance, progress, cancellationToken);
            }
        }

        return outcomes;
    }
}
