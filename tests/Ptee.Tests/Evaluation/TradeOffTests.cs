using Ptee.Data;
using Ptee.Model;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Tests.Model;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Evaluation;

public sealed class TradeOffTests
{
    // Four images, two exits. The first exit is right on images 0 and 1, the second on 0, 1 and 2.
    private static readonly ExitTable Table = new(
        [[1, 2, 0, 0], [1, 2, 3, 0], [1, 2, 3, 4]],
        new Dictionary<string, float[][]> { [Gates.Confidence] = [[.9f, .6f, .4f, .2f], [.9f, .9f, .7f, .3f]] });

    private static readonly ImageSet Labelled = new("four", 1, new byte[12], [1, 2, 0, 4]);

    [Fact]
    public void A_point_has_the_figures_that_counting_by_hand_gives()
    {
        var point = new TradeOff(Table, Labelled, [0.3, 0.6, 1.2], [0.25, 0.5, 1]).At(Gates.Confidence, [.3f, .3f], expected: null);

        Assert.Equal([0.75, 0.25, 0], point.ExitFractions);
        Assert.Equal(0.5, point.Agreement); // Image 2 leaves at the first exit with class 0, image 3 at the second with 0.
        Assert.Equal(0.75, point.Accuracy); // Which is what image 2 really is.
        Assert.Equal(((3 * 0.3) + 0.6) / 4, point.AllInRatio, 12);
        Assert.Equal(((3 * 0.25) + 0.5) / 4, point.PaperRatio, 12);
    }

    [Fact]
    public void Without_labels_there_is_no_accuracy() =>
        Assert.Null(new TradeOff(Table, new ImageSet("four", 1, new byte[12]), [0.3, 0.6, 1.2], [0.25, 0.5, 1]).At(Gates.Confidence, [.3f, .3f], expected: null).Accuracy);

    [Fact]
    public void Accuracy_is_of_the_images_with_a_label()
    {
        var half = new ImageSet("four", 1, new byte[12], [1, ImageSet.NoLabel, 1, ImageSet.NoLabel]);

        Assert.Equal(0.5, new TradeOff(Table, half, [0.3, 0.6, 1.2], [0.25, 0.5, 1]).At(Gates.Confidence, [.3f, .3f], expected: null).Accuracy);
    }

    [Fact]
    public void One_threshold_goes_from_nobody_leaves_early_to_everybody_at_the_first()
    {
        var curve = new TradeOff(Table, Labelled, [0.3, 0.6, 1.2], [0.25, 0.5, 1]).OneThreshold(Gates.Confidence);

        Assert.Equal([0, 0, 1], curve[0].ExitFractions);
        Assert.Equal([1, 0, 0], curve[^1].ExitFractions);
    }

    [Fact]
    public void A_class_leaves_by_its_own_thresholds()
    {
        // The first exit says 1, 2, 0, 0; only what it calls 0 may leave there, and at the second what it calls 3.
        float[] thresholds = [.3f, 1.01f, 1.01f, 1.01f, 1.01f, 1.01f, 1.01f, 1.01f, .5f, 1.01f];

        Assert.Equal([2, 2, 0, 2], Table.Leave(Gates.Confidence, thresholds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Counting_afterwards_gives_what_leaving_early_does(bool perClass)
    {
        const int images = 24;
        var bundle = TestBundles.Random();
        using var engine = new TorchEngine(bundle, threads: 1);
        var pictures = Pictures32.Random(images);
        var table = BundleScan.Run(bundle.Manifest, engine, pictures, progress: null, CancellationToken.None);
        var threshold = table.Scores[Gates.MaxProbability][0].Order().ElementAt(images / 2);
        var policy = perClass
            ? new ExitPolicy(Gates.MaxProbability, [.. Enumerable.Range(0, 30).Select(i => i % 2 == 0 ? threshold : 0)], classes: 10)
            : ExitPolicy.Uniform(Gates.MaxProbability, threshold, bundle.Manifest.Exits.Length);
        var input = new ImageBatches(bundle.Manifest.Preprocessing, pictures, images).All().Single().Input;

        var answers = new Cascade(bundle.Manifest, engine).Run(0, bundle.Manifest.SegmentCount - 1, images, input, policy).Answers.ToArray();

        Assert.Equal(answers.Select(answer => answer.Exit), table.Leave(policy));
        Assert.All(answers.Index(), answer => Assert.Equal(answer.Item.Class, table.Classes[answer.Item.Exit][answer.Index]));
    }
}
