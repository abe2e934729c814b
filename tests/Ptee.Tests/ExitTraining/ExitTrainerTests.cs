using Ptee.Data;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Exits;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Tests.Model;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Tests.ExitTraining;

[Collection(Alone.Name)]
public sealed class ExitTrainerTests : IDisposable
{
    internal static readonly ExitTrainingOptions Short = new() { Epochs = 2, BatchSize = 8 };
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-train-").FullName;

    public ExitTrainerTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(ExitLosses.Paper)]
    [InlineData(ExitLosses.Outermost)]
    [InlineData(ExitLosses.Independent)]
    [InlineData(ExitLosses.Sequential)]
    public void The_branches_learn_and_the_backbone_keeps_every_bit(string loss)
    {
        using var exits = NewExits();
        var (backbone, branches) = (exits.Network.CopyWeights(), exits.CopyWeights());

        // Pictures without labels: there is nothing to cheat with.
        Train(exits, Short with { Loss = loss }, checkpoint: null);

        AssertSame(backbone, exits.Network.CopyWeights());
        var trained = exits.CopyWeights();
        Assert.All(
            branches.Keys.Where(key => key.EndsWith("weight", StringComparison.Ordinal)),
            key => Assert.NotEqual(branches[key].Values, trained[key].Values));
    }

    [Theory]
    [InlineData(ExitLosses.Paper, 1)]
    [InlineData(ExitLosses.Sequential, 1)] // Stopped within the first exit's epochs,
    [InlineData(ExitLosses.Sequential, 2)] // between the first exit and the second,
    [InlineData(ExitLosses.Sequential, 3)] // and within the second exit's.
    public void A_run_that_was_stopped_and_gone_on_with_ends_as_one_that_was_not(string loss, int epochs)
    {
        var options = Short with { Loss = loss };
        using var whole = NewExits();
        Train(whole, options, new ExitCheckpoint(Path.Combine(_folder, "whole")));

        var state = new ExitCheckpoint(Path.Combine(_folder, "halves"));
        using var first = NewExits();
        StopAfter(epochs, first, options, state);
        using var second = NewExits(seed: 99);
        Train(second, options, state);

        AssertSame(whole.CopyWeights(), second.CopyWeights());
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        var state = new ExitCheckpoint(_folder);
        using var exits = NewExits();
        StopAfter(1, exits, Short, state);

        var message = Assert.Throws<PteeFormatException>(() => Train(exits, Short with { Seed = 7 }, state)).Message;

        Assert.Contains("Seed = 1", message, StringComparison.Ordinal);
        Assert.Contains("Seed = 7", message, StringComparison.Ordinal);
    }

    /// <summary>What another run has trained is not lost to one that never begins.</summary>
    [Fact]
    public void A_run_that_is_not_gone_on_with_is_lost_when_another_begins_and_not_before()
    {
        using var exits = NewExits();
        StopAfter(1, exits, Short, new ExitCheckpoint(_folder));
        var anew = new ExitCheckpoint(_folder, resume: false);
        using var others = NewExits(1, new PlacementPlan("at", [new PlannedExit(2, "conv1", ConfidenceHeads.ClassMeans)]));

        Assert.Throws<PteeFormatException>(() => Train(others, Short with { Loss = ExitLosses.Paper }, anew));

        Assert.Contains("(conv1, linear)", State(), StringComparison.Ordinal);
        Train(others, Short with { Loss = ExitLosses.Independent }, anew); // Of another run, which is refused with resume.
        Assert.Contains("(conv1, class-means)", State(), StringComparison.Ordinal);

        string State() => File.ReadAllText(Path.Combine(_folder, "state.json"));
    }

    [Theory]
    [InlineData(ExitLosses.Paper, 1)]
    [InlineData(ExitLosses.Outermost, 1)]
    [InlineData(ExitLosses.Independent, 4)]
    public void An_epoch_is_judged_by_the_gate_that_its_loss_trains(string loss, int gates)
    {
        var judges = ExitLosses.GatesOf(loss).ToArray();

        Assert.Contains(Gates.Confidence, judges);
        Assert.Equal(gates, judges.Length);
    }

    /// <summary>Its weights would fit: a branch of one kind has the same shapes after any block of a stage.</summary>
    [Fact]
    public void A_checkpoint_of_exits_at_other_places_is_refused()
    {
        var state = new ExitCheckpoint(_folder);
        using var exits = NewExits(1, new PlacementPlan("at", [new PlannedExit(2, "conv1")]));
        StopAfter(1, exits, Short, state);
        using var others = NewExits(1, new PlacementPlan("at", [new PlannedExit(3, "conv1")]));

        var message = Assert.Throws<PteeFormatException>(() => Train(others, Short, state)).Message;

        Assert.Contains("exits s1b2 (conv1, linear) of resnet20", message, StringComparison.Ordinal);
        Assert.Contains("exits s1b3 (conv1, linear) of resnet20", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_other_held_out_images_or_another_input_is_refused()
    {
        var state = new ExitCheckpoint(_folder);
        using var exits = NewExits();
        StopAfter(1, exits, Short, state);

        Assert.Contains("held out ", Refused(PreprocessingSpec.ImageNet(32), heldOutSeed: 3), StringComparison.Ordinal);
        Assert.Contains("as 32x32 RGB, mean 0.5 0.5 0.5, ", Refused(PreprocessingSpec.ImageNet(32) with { Mean = [0.5f, 0.5f, 0.5f] }, heldOutSeed: 2), StringComparison.Ordinal);

        string Refused(PreprocessingSpec input, int heldOutSeed) => Assert.Throws<PteeFormatException>(() => new ExitTrainer(Short, input).Train(
            exits, Pictures32.Random(32), Pictures32.Random(16, heldOutSeed), state, progress: null)).Message;
    }

    /// <summary>A run that is killed between the two writes of an epoch has the next epoch's weights, and a state that does not know them.</summary>
    [Fact]
    public void The_best_weights_are_those_that_the_state_names()
    {
        var state = new ExitCheckpoint(_folder);
        using var exits = NewExits();
        var best = exits.CopyWeights();
        using var optimizer = optim.Adam(exits.Branches[0].Parameters);
        state.Save(exits, optimizer, ExitTrainingState.Start.After(1, 0.5, best), "run");
        ModelFolder.WriteWeights(Path.Combine(_folder, "best-2.safetensors"), SeededWeights.Like(best, seed: 7));

        AssertSame(best, state.Resume(exits, "run").BestWeights.ToDictionary());

        state.Save(exits, optimizer, ExitTrainingState.Start.After(3, 0.4, best), "run");
        Assert.Equal("best-3.safetensors", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder, "best-*"))));
    }

    [Fact]
    public void Heads_learn_from_as_many_images_as_memory_is_meant_for()
    {
        using var exits = NewExits(1, new PlacementPlan("at", [new PlannedExit(8, "bnpool", ConfidenceHeads.Sorted)]));
        var reports = new Reports();
        var values = exits.Branches[0].Branch.Width + 10 + 1;

        new SortedHeadFitter(PreprocessingSpec.ImageNet(32), seed: 1, mostValues: 20 * values).Fit(
            exits, Pictures32.Random(32), Pictures32.Random(16, seed: 2), reports, CancellationToken.None);

        Assert.Contains(reports.All, report => report.Line == $"confidence heads learn from the first 20 images: {values} values of each are kept");
        Assert.Equal([20, 16], reports.All.Where(report => report.Work.StartsWith("of the images for confidence heads, part", StringComparison.Ordinal)).Select(report => report.Total).Distinct());
    }

    /// <summary>Keeps what was reported, on the reporting thread.</summary>
    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    [Fact]
    public void A_damaged_optimizer_state_is_named()
    {
        var state = new ExitCheckpoint(_folder);
        using var exits = NewExits();
        StopAfter(1, exits, Short, state);
        var file = Path.Combine(_folder, "optimizer-1.bin");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..100]);

        Assert.StartsWith(file, Assert.Throws<PteeFormatException>(() => Train(exits, Short, state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_means_are_those_of_the_branch_s_vectors_by_the_backbone_s_class()
    {
        var plan = new PlacementPlan("at", [new PlannedExit(3, "pool", ConfidenceHeads.ClassMeans)]);
        using var exits = NewExits(1, plan);
        var pictures = Pictures32.Random(32);

        Train(exits, Short with { Loss = ExitLosses.Independent }, checkpoint: null);

        var means = exits.CopyWeights()["exits.0.confidence.means"].Values;
        Assert.Equal(Means(exits, pictures), means, (expected, actual) => Math.Abs(expected - actual) < 1e-4);
    }

    [Fact]
    public void The_paper_s_loss_wants_heads_that_learn()
    {
        using var exits = NewExits(1, new PlacementPlan("at", [new PlannedExit(3, "pool", ConfidenceHeads.ClassMeans)]));

        Assert.StartsWith(
            "loss paper trains confidence heads",
            Assert.Throws<PteeFormatException>(() => Train(exits, Short, checkpoint: null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_are_trained_once_more_and_nothing_else_moves()
    {
        var heldOut = Pictures32.Random(16, seed: 2);
        using var exits = WithBadHead(heldOut);
        var (auroc, before) = (Auroc(exits, heldOut), exits.CopyWeights());

        Assert.Equal(0, Train(exits, Short with { Loss = ExitLosses.Heads }, checkpoint: null));

        var after = exits.CopyWeights();
        var moved = before.Keys.Where(key => !before[key].Values.AsSpan().SequenceEqual(after[key].Values)).ToArray();
        Assert.NotEmpty(moved);
        Assert.All(moved, key => Assert.StartsWith("exits.0.confidence.", key, StringComparison.Ordinal));
        Assert.True(Auroc(exits, heldOut) > auroc);
    }

    /// <summary>The first random exit whose random head is worse than blind at telling where it agrees.</summary>
    private static StagedExits WithBadHead(ImageSet pictures)
    {
        for (var seed = 1; ; seed++)
        {
            var exits = NewExits(seed, new PlacementPlan("at", [new PlannedExit(8, "bnpool", ConfidenceHeads.Sorted)]));
            if (Auroc(exits, pictures) is < 0.4)
            {
                return exits;
            }

            exits.Dispose();
        }
    }

    private static double? Auroc(StagedExits exits, ImageSet pictures) => GateQuality
        .Of(ExitScan.Run(exits, pictures, PreprocessingSpec.ImageNet(32)))
        .Single(quality => quality.Gate == Gates.Confidence).Auroc;

    /// <summary>By hand, image by image.</summary>
    private static float[] Means(StagedExits exits, ImageSet pictures)
    {
        using var scope = NewDisposeScope();
        var width = exits.Branches[0].Branch.Width;
        var (sums, counts) = (new float[10 * width], new int[10]);
        foreach (var (_, _, input) in new ImageBatches(PreprocessingSpec.ImageNet(32), pictures, 1).All())
        {
            var (features, logits) = exits.RunBackbone(tensor(input, [1, 3, 32, 32]));
            var label = (int)logits.argmax(1).item<long>();
            counts[label]++;
            var vector = exits.Branches[0].Vector(features[0]).data<float>().ToArray();
            for (var i = 0; i < width; i++)
            {
                sums[(label * width) + i] += vector[i];
            }
        }

        return [.. sums.Select((sum, i) => sum / Math.Max(1, counts[i / width]))];
    }

    private static void StopAfter(int epochs, StagedExits exits, ExitTrainingOptions options, ExitCheckpoint state)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new ExitTrainer(options, PreprocessingSpec.ImageNet(32)).Train(
            exits, Pictures32.Random(32), Pictures32.Random(16, seed: 2), state, new StopAfterEpochs(stop, epochs), stop.Token));
    }

    internal static StagedExits NewExits(int seed = 1, PlacementPlan? plan = null)
    {
        plan ??= new PlacementPlan("at", [new PlannedExit(3, "conv1"), new PlannedExit(6, Branches.StridedLight)]);
        var backbone = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "A", 10, 32)));
        backbone.SetWeights(SeededWeights.Like(backbone.CopyWeights(), seed: 1));
        var exits = new StagedExits(backbone, plan);
        exits.SetWeights(SeededWeights.Like(exits.CopyWeights(), seed));
        return exits;
    }

    internal static int Train(StagedExits exits, ExitTrainingOptions options, ExitCheckpoint? checkpoint) =>
        new ExitTrainer(options, PreprocessingSpec.ImageNet(32)).Train(
            exits, Pictures32.Random(32), Pictures32.Random(16, seed: 2), checkpoint, progress: null);

    private static void AssertSame(Dictionary<string, Weight> expected, Dictionary<string, Weight> actual) =>
        Assert.All(expected, entry => Assert.Equal(entry.Value.Values, actual[entry.Key].Values));
}
