using Ptee.Model;
using Ptee.Model.Native;
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
