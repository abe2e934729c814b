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

    [Fact]
    public void Cutting_anywhere_changes_nothing()
    {
        var cascade = new Cascade(Manifest, _engine);
        var policy = MedianPolicy();
        var whole = cascade.Run(0, Manifest.SegmentCount - 1, Images, _input, policy).Answers;

        for (var cut = 0; cut < Manifest.Cuts.Length; cut++)
        {
            var edge = cascade.Run(0, cut, Images, _input, policy);
            var joined = (ExitAnswer[])edge.Answers.Clone();
            if (edge.Remaining.Length > 0)
            {
                var server = cascade.Run(cut + 1, Manifest.SegmentCount - 1, edge.Remaining.Length, edge.Features, policy);
                foreach (var (answer, image) in server.Answers.Zip(edge.Remaining))
                {
                    joined[image] = answer;
                }
            }

            Assert.Equal(whole, joined);
        }
    }

    [Fact]
    public void What_has_left_does_not_run_further()
    {
        var counting = new CountingEngine(_engine);
        var result = new Cascade(Manifest, counting).Run(0, Manifest.SegmentCount - 1, Images, _input, MedianPolicy());

        for (var segment = 0; segment < Manifest.SegmentCount; segment++)
        {
            Assert.Equal(result.Answers.Count(answer => answer.Exit >= segment), counting.RowsOfSegment(segment));
        }

        Assert.InRange(counting.RowsOfSegment(1), 1, Images - 1); // The premise: some leave at the first exit, some stay.
    }

    [Fact]
    public void An_answer_does_not_depend_on_the_company_in_the_batch()
    {
        var cascade = new Cascade(Manifest, _engine);
        var policy = MedianPolicy();
        var together = cascade.Run(0, Manifest.SegmentCount - 1, Images, _input, policy).Answers;
        var one = _input.Length / Images;

        for (var image = 0; image < Images; image++)
        {
            var alone = cascade.Run(0, Manifest.SegmentCount - 1, 1, _input[(image * one)..((image + 1) * one)], policy).Answers.Single();
            Assert.Equal(together[image].Class, alone.Class);
            Assert.Equal(together[image].Exit, alone.Exit);
            Assert.Equal(together[image].Probability, alone.Probability, 1e-5);
        }
    }

    /// <summary>Thresholds at the median score of each exit, whatever the weights: at the first, half of the images leave.</summary>
    private ExitPolicy MedianPolicy()
    {
        var medians = Enumerable.Range(0, Manifest.Exits.Length).Select(exit =>
        {
            var never = ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, Manifest.Exits.Length);
            var scores = new Cascade(Manifest, _engine).Run(0, exit, Images, _input, never).Answers.Select(answer => answer.Score).Order().ToArray();
            // Between two scores: rounding that differs between batches then changes no decision.
            return (scores[(Images / 2) - 1] + scores[Images / 2]) / 2;
        });
        return new ExitPolicy(Gates.MaxProbability, [.. medians]);
    }
}
