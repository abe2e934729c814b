using Ptee.Data;
using Ptee.Model;
using Ptee.Shared.Architectures;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Training.Batches;
using Ptee.Training.Evaluation;
using Ptee.Training.Progress;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Training.ExitTraining;

/// <summary>
/// Trains <see cref="ConfidenceHeads.Sorted"/> heads once more when their branches no longer move. While a branch learns,
/// its head follows an answer that changes; here vectors and logits are computed once and the head alone sees them many
/// times.
/// </summary>
/// <param name="mostValues">Of all exits' vectors and logits that are kept, of images to learn from and again of images that judge.</param>
internal sealed class SortedHeadFitter(PreprocessingSpec preprocessing, int seed, long mostValues = SortedHeadFitter.MostValues)
{
    private const int Epochs = 30;
    private const int RunBatch = 128;
    private const int FitBatch = 512;
    private const double Rate = 1e-3;
    private const double Decay = 1e-3;
    private const long MostValues = 1L << 27; // Half a gigabyte of images that are learned from, and again of those that judge.
    private readonly Augmenter _augmenter = new(preprocessing);

    /// <param name="images">To learn on, in random crops, as the branches learned on them.</param>
    /// <param name="heldOut">Chooses the weights that are kept: the best at telling answers that agree with the backbone
    /// from those that do not. What the head had before is one of the choices, and the largest probability as it is
    /// another, so a head that learned nothing does no harm.</param>
    public void Fit(
        StagedExits exits, ImageSet images, ImageSet heldOut, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        int[] fitted = [.. exits.Plan.Exits.Index().Where(exit => exit.Item.Confidence == ConfidenceHeads.Sorted).Select(exit => exit.Index)];
        if (fitted.Length == 0)
        {
            return;
        }

        var values = fitted.Sum(exit => (long)exits.Branches[exit].Branch.Width + exits.Backbone.Classes + 1);
        var most = (int)Math.Clamp(mostValues / values, 1, int.MaxValue);
        if (images.Count > most)
        {
            progress?.Report(new("heads", 0, exits.Branches.Count, FormattableString.Invariant(
                $"confidence heads learn from the first {most} images: {values} values of each are kept")));
        }

        (images, heldOut) = (images.Take(most), heldOut.Take(most));
        exits.SetTraining(false);
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        var learned = Seen(
            exits, fitted, images, indexes => _augmenter.Random(images, indexes, images.Size, random), "1 of 2, to learn from", progress, cancellationToken);
        var judged = Seen(
            exits, fitted, heldOut, indexes => _augmenter.Plain(heldOut, indexes), "2 of 2, held out, to choose by", progress, cancellationToken);
        foreach (var (exit, train, test) in fitted.Zip(learned, judged))
        {
            var (before, after) = FitOne(exits.Branches[exit], train, test, random, cancellationToken);
            progress?.Report(new("heads", exit + 1, exits.Branches.Count, FormattableString.Invariant(
                $"confidence head of exit {exit}: AUROC on held-out images {before:F4} before, {after:F4} after")));
        }
    }

    /// <summary>What the exits' heads see of all images.</summary>
    /// <param name="which">Which images these are, for people.</param>
    private static Answers[] Seen(
        StagedExits exits,
        int[] fitted,
        ImageSet images,
        Func<int[], float[]> pictures,
        string which,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var mode = no_grad();
        var parts = fitted.Select(_ => (Vectors: new List<Tensor>(), Logits: new List<Tensor>(), Agrees: new List<Tensor>())).ToArray();
        foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(RunBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tensor(pictures(indexes), [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
            var (features, backbone) = exits.RunBackbone(x);
            var labels = backbone.argmax(1);
            foreach (var (part, exit) in parts.Zip(fitted))
            {
                var vector = exits.Branches[exit].Vector(features[exit]);
                var logits = exits.Branches[exit].Classify(vector);
                part.Vectors.Add(vector.MoveToOuterDisposeScope());
                part.Logits.Add(logits.MoveToOuterDisposeScope());
                part.Agrees.Add(logits.argmax(1).eq(labels).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
            }

            progress?.Report(new($"of the images for confidence heads, part {which}", indexes[^1] + 1, images.Count));
        }

        return [.. parts.Select(part => new Answers(Join(part.Vectors), Join(part.Logits), Join(part.Agrees)))];
    }

    private static Tensor Join(List<Tensor> parts)
    {
        var joined = cat(parts);
        parts.ForEach(part => part.Dispose());
        return joined;
    }

    /// <returns>AUROC on the held-out images before and after; NaN where all agree or none does.</returns>
    private static (double Before, double After) FitOne(
        BranchNetwork branch, Answers train, Answers heldOut, Random random, CancellationToken cancellationToken)
    {
        var before = Auroc(branch, heldOut);
        var weights = branch.CopyWeights();
        var (best, kept) = (before, weights);
        branch.SetWeights(WithoutCorrection(weights), "confidence head");
        Keep();
        branch.SetWeights(weights, "confidence head");
        using var optimizer = new SteadyAdam(branch.ConfidenceParameters, Rate, Decay);
        var order = Enumerable.Range(0, (int)train.Agrees.shape[0]).Select(index => (long)index).ToArray();
        for (var epoch = 0; epoch < Epochs && !double.IsNaN(before); epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = Rate * (Epochs - epoch) / Epochs;
            }

            random.Shuffle(order);
            foreach (var rows in order.Chunk(FitBatch))
            {
                using var scope = NewDisposeScope();
                var (vectors, logits, agrees) = train.Rows(tensor(rows));
                optimizer.zero_grad();
                functional.binary_cross_entropy_with_logits(branch.Confidence(vectors, logits), agrees).backward();
                optimizer.step();
            }

            Keep();
        }

        branch.SetWeights(kept, "confidence head");
        return (before, best);

        void Keep()
        {
            var auroc = Auroc(branch, heldOut);
            (best, kept) = auroc > best ? (auroc, branch.CopyWeights()) : (best, kept);
        }
    }

    /// <summary>Weights with which the head gives the log-odds of the most probable class, as at its start.</summary>
    private static Dictionary<string, Weight> WithoutCorrection(Dictionary<string, Weight> weights) => weights.ToDictionary(
        entry => entry.Key,
        entry => entry.Key.StartsWith("confidence.score.", StringComparison.Ordinal)
            ? new Weight(entry.Value.Shape, new float[entry.Value.Values.Length])
            : entry.Value);

    private static double Auroc(BranchNetwork branch, Answers answers)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var scores = branch.Confidence(answers.Vectors, answers.Logits).data<float>().ToArray();
        return GateQuality.AurocOf(scores, [.. answers.Agrees.data<float>().Select(agrees => agrees > 0)]) ?? double.NaN;
    }

    /// <param name="Vectors">(N, W).</param>
    /// <param name="Logits">(N, K).</param>
    /// <param name="Agrees">(N): 1 where the branch says what the backbone says.</param>
    private sealed record Answers(Tensor Vectors, Tensor Logits, Tensor Agrees)
    {
        public Answers Rows(Tensor rows) =>
            new(Vectors.index_select(0, rows), Logits.index_select(0, rows), Agrees.index_select(0, rows));
    }
}
