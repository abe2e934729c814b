using Ptee.Model;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Tests.ExitTraining;
using Ptee.Tests.Model;
using Ptee.Training.Evaluation;
using static TorchSharp.torch;

namespace Ptee.Tests;

[Collection(Alone.Name)]
public sealed class TensorLeakTests
{
    private const int Images = 6;

    [Fact]
    public void Running_leaves_no_tensor_behind()
    {
        var bundle = TestBundles.Random();
        using var engine = new TorchEngine(bundle, threads: 1);
        var cascade = new Cascade(bundle.Manifest, engine);
        var policy = ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, bundle.Manifest.Exits.Length);
        var input = new ImageBatches(bundle.Manifest.Preprocessing, Pictures32.Random(Images), Images).All().Single().Input;
        Run();
        var before = Settled();

        for (var i = 0; i < 5; i++)
        {
            Run();
        }

        Assert.Equal(before, engine.LiveTensors);

        void Run() => cascade.Run(0, bundle.Manifest.SegmentCount - 1, Images, input, policy);
    }

    [Fact]
    public void Training_leaves_no_tensor_behind()
    {
        using var exits = ExitTrainerTests.NewExits();
        ExitTrainerTests.Train(exits, ExitTrainerTests.Short with { Epochs = 1 }, checkpoint: null);
        var before = Settled();

        ExitTrainerTests.Train(exits, ExitTrainerTests.Short with { Epochs = 3 }, checkpoint: null);

        Assert.Equal(before, Settled());
    }

    /// <summary>What other tests left to the finalizers is gone first.</summary>
    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
