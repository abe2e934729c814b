using System.CommandLine;
using Ptee.Cli.Commands;
using Ptee.CommandLine;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Onnx;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Preprocessing;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Tests.Placement;

public sealed class ExitClockTests : IDisposable
{
    private readonly BackboneDescription _description;
    private readonly StagedExits _exits;

    /// <summary>Two candidates after block 2, one after block 7.</summary>
    public ExitClockTests()
    {
        TorchRuntime.Initialize(threads: 1);
        var architecture = new Architecture("resnet20", "A", 10, 32);
        _description = new BackboneDescription(
            architecture, PreprocessingSpec.ImageNet(32), [.. Enumerable.Range(0, 10).Select(i => $"class{i}")], new Provenance("", "", "", "", 1, "", ""));
        _exits = new StagedExits(new BackboneNetwork(Backbones.Build(architecture)), new PlacementPlan(
            Placements.At, [new PlannedExit(2, Branches.StridedLight), new PlannedExit(2, "conv3"), new PlannedExit(7, Branches.StridedLight)]));
    }

    public void Dispose() => _exits.Dispose();

    [Fact]
    public void Every_candidate_is_timed_on_the_engine_that_was_opened()
    {
        var opened = new List<int[]>();

        var prices = ExitClock.Measure("model", _description, _exits, bundle =>
        {
            opened.Add([.. bundle.Manifest.Cuts.Select(cut => cut.Block)]);
            return new OnnxEngine(bundle, threads: 1);
        });

        Assert.Equal([[2, 7], [2]], opened); // A bundle has one exit at a block.
        Assert.Equal(prices.Trunk[0], prices.Trunk[1]);
        Assert.InRange(prices.Trunk[0], double.Epsilon, prices.Trunk[2]);
        Assert.InRange(prices.Trunk[2], 0, prices.Whole);
        Assert.All(prices.Branch, time => Assert.True(time > 0));
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("torch")]
    public void The_engine_that_the_options_name_is_opened(string name)
    {
        var (engine, device, threads) = (SharedOptions.Engine(), SharedOptions.Device(), CommonOptions.Threads());
        var parsed = new Command("x") { engine, device, threads }.Parse(["--engine", name]);

        using var opened = CommonOptions.Opener(parsed, engine, device, threads)(TestBundles.Random());

        Assert.Equal(name, opened.Name);
    }
}
