using Ptee.Data;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;

namespace Ptee.Tests.Calibration;

public sealed class CalibratorTests : IDisposable
{
    private const int U8BytesAtTheSplit = 3 * 32 * 32;
    private static readonly PreprocessingSpec Preprocessing = PreprocessingSpec.ImageNet(32);
    private readonly StagedExits _exits;

    /// <summary>One exit on the picture and one so deep that the edge hands over at the first.</summary>
    public CalibratorTests()
    {
        TorchRuntime.Initialize(threads: 1);
        var network = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "A", 10, 32)));
        network.SetWeights(SeededWeights.Like(network.CopyWeights(), seed: 1));
        _exits = new StagedExits(network, new PlacementPlan(
            Placements.At, [new PlannedExit(Backbone.Pixels, Branches.Pixels), new PlannedExit(7, Branches.StridedLight)]));
        foreach (var branch in _exits.Branches)
        {
            branch.SetWeights(SeededWeights.Like(branch.CopyWeights(), seed: 1), "branch");
        }
    }

    public void Dispose() => _exits.Dispose();

    /// <summary>The pictures are dim: what they hold is not what a picture can hold.</summary>
    [Fact]
    public void A_picture_s_range_is_known_and_a_feature_s_is_measured()
    {
        var (result, _) = Run();

        Assert.Equal(Preprocessing.Ranges(), result.Clips[0]);
        Assert.NotEqual(Preprocessing.Ranges()[0], result.Clips[1][0]);
        Assert.Null(result.Budget);
        Assert.Equal(OperatingPoint.Targets.Select(target => target.Name), result.Points.Select(point => point.Name));
    }

    [Theory]
    [InlineData("macs=50%", 0.5, "", false)]
    [InlineData("bytes=1000", 1000, "u8", false)]
    [InlineData("bytes=1000", 1000, "u8", true)]
    public void A_budget_is_a_point_of_its_own_that_is_kept(string text, double limit, string codec, bool oneThreshold)
    {
        var (chosen, table) = Run(oneThreshold);
        var costs = codec.Length > 0
            ? ExitCosts.BytesUp(_exits.Branches.Count, chosen.DeepestSplit, U8BytesAtTheSplit)
            : _exits.AllInCosts;
        var result = Calibrator.WithBudget(
            chosen, table, oneThreshold ? ThresholdScope.One : ThresholdScope.Each, Budget.Parse(text), costs, _exits.AllInCosts, codec);

        var point = result.Points[^1];
        Assert.Equal(OperatingPoint.Budget, point.Name);
        Assert.Equal(result.Points[0].Gate, point.Gate);
        Assert.Equal((limit, codec), (result.Budget!.Limit, result.Budget.Codec));
        Assert.InRange(result.Budget.Spent, 0, limit);
        Assert.Equal(point.ExitFractions.Zip(_exits.AllInCosts, (share, cost) => share * cost).Sum(), point.AllInRatio, 9);
        if (codec.Length > 0)
        {
            Assert.Equal((1 - point.ExitFractions[0]) * U8BytesAtTheSplit, result.Budget.Spent, 6);
        }
    }

    private (CalibrationResult Result, ExitTable Table) Run(bool oneThreshold = false)
    {
        var pixels = new byte[40 * 3 * 32 * 32];
        var random = new Random(1);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.Next(60, 180);
        }

        return Calibrator.Run(
            _exits, new ImageSet("dim", 32, pixels), Preprocessing,
            new CalibrationOptions { Thresholds = oneThreshold ? ThresholdScope.One : ThresholdScope.Each }, progress: null, CancellationToken.None);
    }
}
