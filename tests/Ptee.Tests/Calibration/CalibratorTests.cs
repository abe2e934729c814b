using Ptee.Cli.Commands;
using Ptee.Data;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
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
        Assert.Equal([OperatingPoint.Accurate, OperatingPoint.Balanced], result.Points.Select(point => point.Name)); // 40 images are too few for strict.
        Assert.Equal(40, result.Evidence!.Images);
    }

    [Fact]
    public void Fewer_images_than_the_default_point_needs_are_refused() => Assert.Equal(
        "40 held-out images: a point that promises 98 % agreement needs at least 49; give more pictures, or a lower --accurate",
        Assert.Throws<PteeFormatException>(() => Run(accurate: 0.98)).Message);

    [Theory]
    [InlineData("macs=50%", 0.5, null, "", false)]
    [InlineData("bytes=1000", 1000, null, "u8", false)]
    [InlineData("bytes=1000", 1000, "u8", "u8", true)]
    [InlineData("bytes=1000", 1000, "f32", "f32", false)]
    public void A_budget_is_a_point_of_its_own_that_is_kept(string text, double limit, string? named, string codec, bool oneThreshold)
    {
        var (chosen, table) = Run(oneThreshold);
        var budget = new BudgetRun(
            Budget.Parse(text), oneThreshold ? ThresholdScope.One : ThresholdScope.Each, named, withTables: false);
        Assert.False(budget.WaitsForCodecs);

        var result = budget.AddBeforeCodecs(
            chosen, table, new ModelFolder("none"), _exits, _ => throw new InvalidOperationException("nothing is timed"));

        AssertKept(result, chosen, limit, codec, payload: codec == "f32" ? U8BytesAtTheSplit * 4 : U8BytesAtTheSplit);
    }

    [Fact]
    public void Bytes_of_quant_are_a_mean_payload_and_those_of_u8_where_it_has_no_tables()
    {
        var (chosen, table) = Run();
        var budget = new BudgetRun(Budget.Parse("bytes=100"), ThresholdScope.Each, codec: null, withTables: true);
        Assert.True(budget.WaitsForCodecs);
        var tables = TestBundles.Even(_exits.Backbone.Input, levels: 4, step: 1);

        AssertKept(budget.AddAfterCodecs(chosen, table, _exits, new QuantOutcome(tables, MeanBytes: 200, Lost: 0)), chosen, 100, "quant", payload: 200);
        AssertKept(budget.AddAfterCodecs(chosen, table, _exits, fitted: null), chosen, 100, "u8", payload: U8BytesAtTheSplit);
        var named = new BudgetRun(Budget.Parse("bytes=100"), ThresholdScope.Each, "quant", withTables: true);
        Assert.Contains(
            "no quant could be fitted at cut 0, where the edge hands over: too few held-out images come so far; expected --codec u8",
            Assert.Throws<PteeFormatException>(() => named.AddAfterCodecs(chosen, table, _exits, fitted: null)).Message, StringComparison.Ordinal);
        var tooDear = new QuantOutcome(Tables: null, MeanBytes: 2000, Lost: 0.0166);
        AssertKept(budget.AddAfterCodecs(chosen, table, _exits, tooDear), chosen, 100, "u8", payload: U8BytesAtTheSplit);
        Assert.Contains(
            "even the finest costs 1.66 % of the agreement, more than --codec-loss; expected --codec u8",
            Assert.Throws<PteeFormatException>(() => named.AddAfterCodecs(chosen, table, _exits, tooDear)).Message, StringComparison.Ordinal);
    }

    private void AssertKept(CalibrationResult result, CalibrationResult before, double limit, string codec, int payload)
    {
        var point = result.Points[^1];
        Assert.Equal(before.Points.Length + 1, result.Points.Length);
        Assert.Equal(OperatingPoint.Budget, point.Name);
        Assert.Equal(before.Points[0].Gate, point.Gate);
        Assert.Equal((limit, codec), (result.Budget!.Limit, result.Budget.Codec));
        Assert.InRange(result.Budget.Spent, 0, limit);
        Assert.Equal(point.ExitFractions.Zip(_exits.AllInCosts, (share, cost) => share * cost).Sum(), point.AllInRatio, 9);
        if (codec.Length > 0)
        {
            Assert.Equal((1 - point.ExitFractions[0]) * payload, result.Budget.Spent, 6);
        }
    }

    private (CalibrationResult Result, ExitTable Table) Run(bool oneThreshold = false, double accurate = 0.97)
    {
        var pixels = new byte[40 * 3 * 32 * 32];
        var random = new Random(1);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.Next(60, 180);
        }

        return Calibrator.Run(
            _exits, new ImageSet("dim", 32, pixels), Preprocessing,
            new CalibrationOptions { Thresholds = oneThreshold ? ThresholdScope.One : ThresholdScope.Each, Accurate = accurate }, progress: null, CancellationToken.None);
    }
}
