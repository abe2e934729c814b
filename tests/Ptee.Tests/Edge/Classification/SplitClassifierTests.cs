using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Shared;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;

namespace Ptee.Tests.Edge.Classification;

public sealed class SplitClassifierTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Count = 6;

    [Fact]
    public async Task Without_a_server_the_device_runs_the_whole_network()
    {
        var plan = model.Plan(ExitPolicy.Never, withServer: false);

        var records = await model.Classifier(plan).AllAsync(Pictures);

        Assert.Equal(Expected(plan, last: EdgeModel.FinalExit), records.Select(Records.Said));
        Assert.All(records, record => Assert.Equal(
            (EdgeModel.FinalExit, ImageRecord.EdgeTier, false, false, 0),
            (record.Exit, record.Tier, record.Degraded, record.BelowThreshold, record.PayloadBytes)));
    }

    [Fact]
    public async Task Without_a_server_and_with_a_split_the_deepest_exit_before_it_answers()
    {
        var plan = model.Plan(ExitPolicy.Never, split: 1, withServer: false);

        var records = await model.Classifier(plan).AllAsync(Pictures);

        Assert.Equal(Expected(plan, last: 1), records.Select(Records.Said));
        Assert.All(records, record => Assert.Equal((1, false, true), (record.Exit, record.Degraded, record.BelowThreshold)));
    }

    [Fact]
    public async Task An_answer_below_its_threshold_says_so_and_no_other_does()
    {
        var plan = model.Plan(Median(), split: 0, withServer: false);

        var records = await model.Classifier(plan, options: new ClassifierOptions { Batch = 4 }).AllAsync(Pictures);

        Assert.Equal(records.Select(record => record.Score < plan.Policy.Threshold(0, record.Class)), records.Select(record => record.BelowThreshold));
        Assert.Equal(Count / 2, records.Count(record => record.BelowThreshold));
    }

    [Fact]
    public async Task A_run_that_is_stopped_gives_what_was_answered_and_not_what_is_on_its_way()
    {
        var (offload, stop, records) = (new FakeOffload(), new CancellationTokenSource(), new List<ImageRecord>());
        var endless = Enumerable.Repeat(Pictures.First(), int.MaxValue);
        var reading = Task.Run(async () =>
        {
            await foreach (var record in model.Classifier(model.NeverSure, offload).ClassifyAsync(endless, stop.Token))
            {
                records.Add(record);
                await stop.CancelAsync();
            }
        });
        var (first, second) = (await offload.NextAsync(), await offload.NextAsync());
        offload.Answer(second);

        await Assert.ThrowsAsync<OperationCanceledException>(() => reading).Bounded();

        Assert.Equal((1, ImageRecord.ServerTier), (Assert.Single(records).Index, records[0].Tier));
        Assert.False(first.Task.IsCompleted);
        stop.Dispose();
    }

    [Fact]
    public async Task Batches_say_what_single_images_say()
    {
        var plan = model.Plan(Median(), withServer: false);
        var one = await model.Classifier(plan).AllAsync(Pictures);

        var four = await model.Classifier(plan, options: new ClassifierOptions { Batch = 4 }).AllAsync(Pictures);

        Assert.True(one.Select(record => record.Exit).Distinct().Count() > 1, "the threshold should divide the images");
        Assert.Equal([0, 1, 2, 3, 4, 5], four.Select(record => record.Index));
        Assert.All(one.Zip(four), pair =>
        {
            Assert.Equal((pair.First.Class, pair.First.Exit), (pair.Second.Class, pair.Second.Exit));
            Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4);
        });
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_fails_alone()
    {
        InputPicture[] pictures = [.. Pictures];
        pictures[2] = new InputPicture("bad.png", null, () => throw new PteeFormatException("bad.png: damaged"));

        var records = await model.Classifier(model.AllSure, options: new ClassifierOptions { Batch = 4 })
            .AllAsync(pictures);

        Assert.Equal([0, 1, 2, 3, 4, 5], records.Select(record => record.Index));
        var latency = records[2].LatencyMs;
        Assert.Equal(
            new ImageRecord(2, "bad.png", null, -1, "", -1, "", false, 0, 0, latency, 0, "", "bad.png: damaged"),
            records[2]);
        Assert.All(records.Where(record => record.Index != 2), record => Assert.Null(record.Error));
    }

    [Fact]
    public async Task Never_more_images_are_in_flight_than_allowed()
    {
        const int inFlight = 4;
        const int count = 30;
        var offload = new FakeOffload();
        var options = new ClassifierOptions { InFlight = inFlight, Batch = 8 };
        var running = model.Classifier(model.NeverSure, offload, options)
            .AllAsync(InputPictures.Of(EdgeModel.Images(count)));

        // As many are held unanswered as may be: whether there are fewer must not depend on who is quicker.
        var held = new Queue<TaskCompletionSource<OffloadReply>>();
        for (var i = 0; i < count; i++)
        {
            held.Enqueue(await offload.NextAsync());
            if (held.Count == inFlight)
            {
                offload.Answer(held.Dequeue());
            }
        }

        foreach (var sent in held)
        {
            offload.Answer(sent);
        }

        Assert.All(await running, record => Assert.Equal(ImageRecord.ServerTier, record.Tier));
        Assert.Equal(inFlight, offload.MostInFlight);
    }

    [Fact]
    public async Task With_none_in_flight_the_next_image_waits_for_the_answer()
    {
        const int count = 4;
        var (offload, taken) = (new FakeOffload(), 0);
        var pictures = InputPictures.Of(EdgeModel.Images(count)).Select(picture =>
        {
            taken++;
            return picture;
        });
        var running = model.Classifier(model.NeverSure, offload, new ClassifierOptions { InFlight = 0 }).AllAsync(pictures);

        for (var i = 1; i <= count; i++)
        {
            var sent = await offload.NextAsync();
            Assert.Equal(i, taken);
            offload.Answer(sent);
        }

        Assert.Equal(count, (await running).Length);
    }

    [Fact]
    public async Task A_reader_that_leaves_stops_the_run()
    {
        var offload = new FakeOffload();
        var taken = 0;
        var pictures = Enumerable.Repeat(Pictures.First(), int.MaxValue).Select(picture =>
        {
            taken++;
            return picture;
        });
        var running = model.Classifier(model.NeverSure, offload).ClassifyAsync(pictures).GetAsyncEnumerator();
        var first = running.MoveNextAsync().AsTask();
        offload.Answer(await offload.NextAsync());
        Assert.True(await first.Bounded());

        await running.DisposeAsync().AsTask().Bounded();

        var before = Volatile.Read(ref taken);
        await Task.Yield();
        Assert.Equal(before, Volatile.Read(ref taken));
    }

    [Fact]
    public async Task A_fault_of_the_source_comes_out_of_the_run()
    {
        var pictures = Pictures.Select((picture, i) => i < 3 ? picture : throw new InvalidOperationException("a bug"));

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => model.Classifier(model.AllSure).AllAsync(pictures));

        Assert.Equal("a bug", exception.Message);
    }

    private static IEnumerable<InputPicture> Pictures => InputPictures.Of(EdgeModel.Images(Count));

    /// <summary>Lets about half of the images leave at the first exit.</summary>
    private float Median()
    {
        var scores = Expected(model.AllSure, last: 0).Select(said => said.Score).Order().ToArray();
        return (scores[(Count / 2) - 1] + scores[Count / 2]) / 2;
    }

    /// <summary>What the cascade says that everybody shares.</summary>
    private IEnumerable<(int Index, int Class, int Exit, float Score)> Expected(SplitPlan plan, int last)
    {
        var images = EdgeModel.Images(Count);
        var normalizer = new Shared.Preprocessing.Normalizer(model.Bundle.Manifest.Preprocessing);
        var input = new float[images.Pixels(0).Length];
        for (var i = 0; i < Count; i++)
        {
            normalizer.Normalize(images.Pixels(i), input);
            var cascade = new Cascade(model.Bundle.Manifest, model.Engine);
            var answer = cascade.Run(0, last, 1, input, plan.Policy).Answers.Span[0];
            yield return (i, answer.Class, answer.Exit, answer.Score);
        }
    }
}
