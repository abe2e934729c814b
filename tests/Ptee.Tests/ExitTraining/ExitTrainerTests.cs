using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Tests.Model;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;

namespace Ptee.Tests.ExitTraining;

public sealed class ExitTrainerTests : IDisposable
{
    internal static readonly ExitTrainingOptions Short = new() { Epochs = 2, BatchSize = 8 };
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-train-").FullName;

    public ExitTrainerTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(ExitLosses.Paper)]
    [InlineData(ExitLosses.Independent)]
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

    [Fact]
    public void A_run_that_was_stopped_and_gone_on_with_ends_as_one_that_was_not()
    {
        using var whole = NewExits();
        Train(whole, Short, new ExitCheckpoint(Path.Combine(_folder, "whole")));

        var state = new ExitCheckpoint(Path.Combine(_folder, "halves"));
        using var first = NewExits();
        using var stop = new CancellationTokenSource();
        var afterOneEpoch = new Progress(progress =>
        {
            if (progress.Line is not null)
            {
                stop.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => new ExitTrainer(Short, PreprocessingSpec.ImageNet(32)).Train(
            first, Pictures32.Random(32), Pictures32.Random(16, seed: 2), state, afterOneEpoch, stop.Token));
        using var second = NewExits(seed: 99);
        Train(second, Short, state);

        AssertSame(whole.CopyWeights(), second.CopyWeights());
    }

    internal static StagedExits NewExits(int seed = 1)
    {
        var plan = new PlacementPlan("at", [new PlannedExit(3, "conv1"), new PlannedExit(6, Branches.StridedLight)]);
        var backbone = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "A", 10, 32)));
        backbone.SetWeights(SeededWeights.Like(backbone.CopyWeights(), seed: 1));
        var exits = new StagedExits(backbone, plan);
        exits.SetWeights(SeededWeights.Like(exits.CopyWeights(), seed));
        return exits;
    }

    internal static void Train(StagedExits exits, ExitTrainingOptions options, ExitCheckpoint? checkpoint) =>
        new ExitTrainer(options, PreprocessingSpec.ImageNet(32)).Train(
            exits, Pictures32.Random(32), Pictures32.Random(16, seed: 2), checkpoint, progress: null);

    private static void AssertSame(Dictionary<string, Weight> expected, Dictionary<string, Weight> actual) =>
        Assert.All(expected, entry => Assert.Equal(entry.Value.Values, actual[entry.Key].Values));

    private sealed class Progress(Action<Training.Progress.TrainingProgress> report) : IProgress<Training.Progress.TrainingProgress>
    {
        public void Report(Training.Progress.TrainingProgress value) => report(value);
    }
}
