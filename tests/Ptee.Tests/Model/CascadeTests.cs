using Ptee.Model;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Model;

public sealed class CascadeTests : IDisposable
{
    private const int Images = 12;
    private readonly Bundle _bundle = TestBundles.Random();
    private readonly TorchEngine _engine;
    private readonly float[] _input;

    public CascadeTests()
    {
        _engine = new TorchEngine(_bundle, threads: 1);
        _input = new ImageBatches(_bundle.Manifest.Preprocessing, Pictures32.Random(Images), Images).All().Single().Input;
    }

    private Manifest Manifest => _bundle.Manifest;

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cutting_anywhere_changes_nothing(bool perClass)
    {
        var cascade = new Cascade(Manifest, _engine);
        var policy = perClass ? PerClassPolicy() : MedianPolicy();
        var whole = cascade.Run(0, Manifest.SegmentCount - 1, Images, _input, policy).Answers.ToArray();

        for (var cut = 0; cut < Manifest.Cuts.Length; cut++)
        {
            var edge = cascade.Run(0, cut, Images, _input, policy);
            var (joined, remaining) = (edge.Answers.ToArray(), edge.Remaining.ToArray());
            if (remaining.Length > 0)
            {
                var server = cascade.Run(cut + 1, Manifest.SegmentCount - 1, remaining.Length, edge.Features, policy);
                foreach (var (answer, image) in server.Answers.ToArray().Zip(remaining))
                {
                    joined[image] = answer;
                }
            }

            Assert.Equal(whole, joined);
        }
    }

    [Fact]
    public void A_class_with_a_threshold_above_1_leaves_at_no_exit_and_the_others_do()
    {
        var policy = PerClassPolicy();
        var seen = new List<(int Image, ExitAnswer Answer)>();

        var answers = new Cascade(Manifest, _engine)
            .Run(0, Manifest.SegmentCount - 1, Images, _input, policy, (image, answer) => seen.Add((image, answer))).Answers.ToArray();

        var early = seen.Where(judged => judged.Answer.Exit < Manifest.Exits.Length).ToArray();
        Assert.All(early, judged => Assert.Equal(
            policy.Threshold(judged.Answer.Exit, judged.Answer.Class) <= judged.Answer.Score,
            answers[judged.Image].Exit == judged.Answer.Exit));
        // The premise: both kinds are there.
        Assert.Contains(early, judged => policy.Threshold(judged.Answer.Exit, judged.Answer.Class) > 1);
        Assert.Contains(answers, answer => answer.Exit < Manifest.Exits.Length);
    }

    [Fact]
    public void What_has_left_does_not_run_further()
    {
        var counting = new CountingEngine(_engine);
        var answers = new Cascade(Manifest, counting).Run(0, Manifest.SegmentCount - 1, Images, _input, MedianPolicy()).Answers.ToArray();

        for (var segment = 0; segment < Manifest.SegmentCount; segment++)
        {
            Assert.Equal(answers.Count(answer => answer.Exit >= segment), counting.RowsOfSegment(segment));
        }

        Assert.InRange(counting.RowsOfSegment(1), 1, Images - 1); // The premise: some leave at the first exit, some stay.
    }

    [Fact]
    public void An_answer_does_not_depend_on_the_company_in_the_batch()
    {
        var cascade = new Cascade(Manifest, _engine);
        var policy = MedianPolicy();
        var together = cascade.Run(0, Manifest.SegmentCount - 1, Images, _input, policy).Answers.ToArray();
        var one = _input.Length / Images;

        for (var image = 0; image < Images; image++)
        {
            var alone = cascade.Run(0, Manifest.SegmentCount - 1, 1, _input.AsMemory(image * one, one), policy).Answers.Span[0];
            Assert.Equal(together[image].Class, alone.Class);
            Assert.Equal(together[image].Exit, alone.Exit);
            Assert.Equal(together[image].Probability, alone.Probability, 1e-5);
        }
    }

    /// <summary>At each exit one of the classes that it says never leaves; what else it says leaves there.</summary>
    private ExitPolicy PerClassPolicy()
    {
        var never = ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, Manifest.Exits.Length);
        var thresholds = Enumerable.Range(0, Manifest.Exits.Length).SelectMany(exit =>
        {
            var said = new Cascade(Manifest, _engine).Run(0, exit, Images, _input, never).Answers.ToArray();
            return Enumerable.Range(0, 10).Select(answer => answer == said[exit].Class ? ExitPolicy.Never : 0);
        });
        return new ExitPolicy(Gates.MaxProbability, [.. thresholds], classes: 10);
    }

    /// <summary>Thresholds at the median score of each exit, whatever the weights: at the first, half of the images leave.</summary>
    private ExitPolicy MedianPolicy()
    {
        var medians = Enumerable.Range(0, Manifest.Exits.Length).Select(exit =>
        {
            var never = ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, Manifest.Exits.Length);
            var scores = new Cascade(Manifest, _engine).Run(0, exit, Images, _input, never).Answers.ToArray().Select(answer => answer.Score).Order().ToArray();
            // Between two scores: rounding that differs between batches then changes no decision.
            return (scores[(Images / 2) - 1] + scores[Images / 2]) / 2;
        });
        return new ExitPolicy(Gates.MaxProbability, [.. medians]);
    }
}
