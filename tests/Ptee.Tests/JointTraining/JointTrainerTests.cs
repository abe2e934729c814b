using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Tests.ExitTraining;
using Ptee.Tests.Model;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.JointTraining;
using Ptee.Training.Placement;

namespace Ptee.Tests.JointTraining;

[Collection(Alone.Name)]
public sealed class JointTrainerTests : IDisposable
{
    private static readonly JointTrainingOptions Short = new() { Epochs = 2, BatchSize = 8 };
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-joint-").FullName;

    public JointTrainerTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(JointLosses.Joint)]
    [InlineData(JointLosses.Branchynet)]
    [InlineData(JointLosses.Eenet)]
    public void Backbone_and_branches_learn_and_what_they_began_with_keeps_every_bit(string loss)
    {
        using var start = ExitTrainerTests.NewExits();
        var (backbone, branches) = (start.Network.CopyWeights(), start.CopyWeights());

        using var trained = Train(start, Short with { Loss = loss });

        AssertSame(backbone, start.Network.CopyWeights());
        AssertSame(branches, start.CopyWeights());
        // Batch norms' statistics too: a backbone that learns is in train mode.
        AssertMoved(backbone, trained.Network.CopyWeights(), key => key.EndsWith("weight", StringComparison.Ordinal) || key.EndsWith("running_mean", StringComparison.Ordinal));
        AssertMoved(
            branches, trained.CopyWeights(), key => key.EndsWith("weight", StringComparison.Ordinal) && (loss != JointLosses.Branchynet || !IsHead(key)));
        Assert.All(trained.Network.Parameters, parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void Branchynet_leaves_confidence_heads_as_they_are()
    {
        using var start = ExitTrainerTests.NewExits();

        using var trained = Train(start, Short with { Loss = JointLosses.Branchynet });

        AssertSame(start.CopyWeights().Where(entry => IsHead(entry.Key)).ToDictionary(), trained.CopyWeights());
    }

    [Theory]
    [InlineData(JointLosses.Joint)]
    [InlineData(JointLosses.Branchynet)] // Some parameters have no momentum here.
    public void A_run_that_was_stopped_and_gone_on_with_ends_as_one_that_was_not(string loss)
    {
        var options = Short with { Loss = loss };
        using var start = ExitTrainerTests.NewExits();
        using var whole = Train(start, options, new ExitCheckpoint(Path.Combine(_folder, "whole")));
        var state = new ExitCheckpoint(Path.Combine(_folder, "halves"));
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Train(start, options, state, stop));
        using var other = ExitTrainerTests.NewExits(seed: 99);
        using var gone = Train(other, options, state);

        AssertSame(whole.CopyWeights(), gone.CopyWeights());
        AssertSame(whole.Network.CopyWeights(), gone.Network.CopyWeights());
        // The epoch that was kept may be the one before the stop; the last ones have to be the same too.
        AssertSame(LastWeights("whole"), LastWeights("halves"));

        IReadOnlyDictionary<string, Weight> LastWeights(string run) =>
            ModelFolder.ReadWeights(Path.Combine(_folder, run, $"weights-{options.Epochs}.safetensors"));
    }

    [Fact]
    public void A_checkpoint_of_the_frozen_training_is_refused()
    {
        var state = new ExitCheckpoint(_folder);
        using var exits = ExitTrainerTests.NewExits();
        ExitTrainerTests.Train(exits, ExitTrainerTests.Short, state);

        var message = Assert.Throws<PteeFormatException>(() => Train(exits, Short, state)).Message;

        Assert.Contains("Loss = paper", message, StringComparison.Ordinal);
        Assert.Contains("Loss = joint", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Eenet_wants_heads_that_learn()
    {
        using var start = ExitTrainerTests.NewExits(1, new PlacementPlan("at", [new PlannedExit(3, "pool", ConfidenceHeads.ClassMeans)]));

        Assert.Equal(
            "loss eenet trains confidence heads, and class-means does not learn; expected loss branchynet or joint",
            Assert.Throws<PteeFormatException>(() => Train(start, Short with { Loss = JointLosses.Eenet })).Message);
    }

    private static bool IsHead(string key) => key.Contains(".confidence.", StringComparison.Ordinal);

    /// <param name="stop">Cancelled after the first epoch.</param>
    private static StagedExits Train(
        StagedExits start, JointTrainingOptions options, ExitCheckpoint? checkpoint = null, CancellationTokenSource? stop = null) =>
        new JointTrainer(options, PreprocessingSpec.ImageNet(32)).Train(
            start, Pictures32.Labelled(32), Pictures32.Labelled(16, seed: 2), checkpoint, stop is null ? null : new StopAfterEpochs(stop), stop?.Token ?? CancellationToken.None).Exits;

    private static void AssertSame(IReadOnlyDictionary<string, Weight> expected, IReadOnlyDictionary<string, Weight> actual) =>
        Assert.All(expected, entry => Assert.Equal(entry.Value.Values, actual[entry.Key].Values));

    private static void AssertMoved(Dictionary<string, Weight> before, Dictionary<string, Weight> after, Func<string, bool> which)
    {
        var keys = before.Keys.Where(which).ToArray();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.NotEqual(before[key].Values, after[key].Values));
    }
}
