using Ptee.Model;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Reports;
using Ptee.Tests.Model;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Evaluation;

public sealed class ReportBuilderTests
{
    private readonly Bundle _bundle = TestBundles.Random();

    private Manifest Manifest => _bundle.Manifest;

    /// <summary>The test bundle's point lets nobody leave and forgets the branches: it promises 1 and costs more.</summary>
    [Fact]
    public void What_a_point_promised_stands_beside_what_it_gave()
    {
        var report = Report(OperatingPoint.Accurate, Manifest.PolicyOf(OperatingPoint.Accurate, threshold: null).Policy);

        var last = (double)Manifest.AllInMacs(Manifest.Exits.Length) / Manifest.BackboneMacs;
        Assert.Equal((1, 1), (report.Expected!.Agreement, report.Expected.AllInRatio));
        Assert.Equal(0, report.Expected.AgreementDifference, 12);
        Assert.Equal(last - 1, report.Expected.AllInRatioDifference, 12);
        Assert.True(last > 1);
    }

    [Fact]
    public void An_agreement_under_the_promised_one_is_a_negative_difference()
    {
        var wrong = Report(OperatingPoint.Accurate, ExitPolicy.Uniform(Gates.MaxProbability, 0, Manifest.Exits.Length));

        Assert.Equal(wrong.Accuracy.Agreement - 1, wrong.Expected!.AgreementDifference, 12);
        Assert.Equal(wrong.Macs.AllInRatio - 1, wrong.Expected.AllInRatioDifference, 12);
        Assert.InRange(wrong.Expected.AgreementDifference, -1, -0.05); // Random weights: exit and backbone differ.
    }

    [Fact]
    public void Nothing_is_promised_for_a_threshold_or_another_gate()
    {
        Assert.Null(Report("", ExitPolicy.Uniform(Gates.MaxProbability, 0.5f, Manifest.Exits.Length)).Expected);
        Assert.Null(Report(OperatingPoint.Accurate, ExitPolicy.Uniform(Gates.Margin, 0.5f, Manifest.Exits.Length)).Expected);
    }

    private Report Report(string point, ExitPolicy policy)
    {
        var images = Pictures32.Random(20);
        using var engine = new TorchEngine(_bundle, threads: 1);
        var run = Evaluator.Run(_bundle, engine, images, policy, point, codecs: [], progress: null, CancellationToken.None);
        var backbone = BackboneRun.Classes(Manifest, engine, images, progress: null, CancellationToken.None);
        return new ReportBuilder(Manifest, run, backbone).Build(images.Name, images: null, serverPeakMb: null);
    }
}
