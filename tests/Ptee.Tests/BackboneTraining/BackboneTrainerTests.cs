using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Preprocessing;
using Ptee.Tests.Model;
using Ptee.Training.BackboneTraining;

namespace Ptee.Tests.BackboneTraining;

[Collection(Alone.Name)]
public sealed class BackboneTrainerTests : IDisposable
{
    private static readonly BackboneTrainingOptions Short = new() { Epochs = 2, SmallEpochs = 1, SmallCrop = 16, BatchSize = 8 };
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-backbone-").FullName;

    public BackboneTrainerTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_that_was_stopped_and_gone_on_with_ends_as_one_that_was_not()
    {
        using var whole = Train(Short, new BackboneCheckpoint(Path.Combine(_folder, "whole")), seed: 1);
        var state = new BackboneCheckpoint(Path.Combine(_folder, "halves"));
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Train(Short, state, seed: 1, stop));
        using var gone = Train(Short, state, seed: 99);

        Assert.All(whole.CopyWeights(), entry => Assert.Equal(entry.Value.Values, gone.CopyWeights()[entry.Key].Values));
    }

    [Fact]
    public void A_run_from_other_weights_does_not_go_on_with_the_checkpoint()
    {
        var options = Short with { Epochs = 1 };
        var state = new BackboneCheckpoint(Path.Combine(_folder, "state"));
        Train(options with { From = "abc" }, state, seed: 1).Dispose();

        var refused = Assert.Throws<PteeFormatException>(() => Train(options with { From = "def" }, state, seed: 2));

        Assert.Contains("From = abc", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("--resume needs the same", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Crops_that_a_network_does_not_take_are_refused_before_the_first_step()
    {
        using var network = new BackboneNetwork(Backbones.Build(new Architecture("vgg16", "", 10, 48)));

        var refused = Assert.Throws<PteeFormatException>(() => new BackboneTrainer(Short, PreprocessingSpec.ImageNet(48)).Train(
            network, Pictures32.Labelled(32), Pictures32.Labelled(8, seed: 2), checkpoint: null, progress: null));

        Assert.Equal("crops of 16x16: vgg16 of 48x48 does not take them, expected no epochs on small crops", refused.Message);
    }

    /// <param name="stop">Cancelled after the first epoch.</param>
    private static BackboneNetwork Train(
        BackboneTrainingOptions options, BackboneCheckpoint checkpoint, int seed, CancellationTokenSource? stop = null)
    {
        var network = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "B", 10, 32)));
        network.SetWeights(SeededWeights.Like(network.CopyWeights(), seed));
        new BackboneTrainer(options, PreprocessingSpec.ImageNet(32)).Train(
            network, Pictures32.Labelled(32), Pictures32.Labelled(8, seed: 2), checkpoint, stop is null ? null : new StopAfterEpochs(stop), stop?.Token ?? CancellationToken.None);
        return network;
    }
}
