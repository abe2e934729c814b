using Microsoft.Extensions.Logging;
using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Model;
using Ptee.Server.Hosting;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Reports;

namespace Ptee.Tests.Edge.Classification;

/// <summary>A bundle whose point has a threshold for each exit and class, from device to real server.</summary>
public sealed class PerClassThresholdsTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Count = 24;
    private const int Classes = 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Device_and_server_together_say_what_the_undivided_network_says(int split)
    {
        var bundle = Dividing();
        using var engine = new TorchEngine(bundle, threads: 1);
        var whole = await Classifier(bundle, engine, new SplitSettings(), link: null).AllAsync(Pictures);
        await using var server = await ServerHost.StartAsync(
            new ServedModel(bundle), engine, new ServerOptions { Urls = [ListenUrl.Parse("http://127.0.0.1:0")] },
            TimeProvider.System, logging => logging.ClearProviders());
        var settings = new SplitSettings(Split: split, Codec: FeatureCodecs.Float32);
        var plan = SplitPlan.Create(bundle, settings, withServer: true);
        await using var link = new ServerLink(
            bundle, plan.Codecs, plan.Policy, new ServerLinkOptions { Server = new Uri(server.Urls[0]), Deadline = Waiting.Bound });
        Assert.True(await link.ConnectAsync().Bounded());

        var records = await Classifier(bundle, engine, settings, link).AllAsync(Pictures);

        Assert.Equal(
            whole.Select(record => (record.Index, record.Exit, record.Class)),
            records.Select(record => (record.Index, record.Exit, record.Class)));
        Assert.All(whole.Zip(records), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-5));
        // The premise: the thresholds divide the images, on the device and on the server.
        Assert.Contains(records, record => record.Tier == ImageRecord.EdgeTier);
        Assert.Contains(records, record => record.Tier == ImageRecord.ServerTier && record.Exit < EdgeModel.FinalExit);
        Assert.Contains(records, record => record.Exit == EdgeModel.FinalExit);
    }

    private static IEnumerable<InputPicture> Pictures => InputPictures.Of(EdgeModel.Images(Count));

    private static SplitClassifier Classifier(Bundle bundle, IEngine engine, SplitSettings settings, ServerLink? link) =>
        new(bundle, engine, SplitPlan.Create(bundle, settings, withServer: link is not null), link);

    /// <summary>
    /// At each exit a third of the images that come to it leave: where it says of several classes, those thresholds lie in
    /// the widest gap near the upper third of that class's own scores.
    /// </summary>
    private Bundle Dividing()
    {
        var manifest = model.Bundle.Manifest;
        var exits = manifest.Exits.Length;
        var thresholds = Enumerable.Repeat(ExitPolicy.Never, exits * Classes).ToArray();
        for (var exit = 0; exit < exits; exit++)
        {
            var policy = manifest.Policy(Gates.MaxProbability, thresholds);
            var coming = Answers(exit, policy).Where(answer => answer.Exit == exit);
            foreach (var said in coming.GroupBy(answer => answer.Class))
            {
                var scores = said.Select(answer => answer.Score).OrderDescending().ToArray();
                var leave = (scores.Length + 2) / 3;
                thresholds[(exit * Classes) + said.Key] = leave < scores.Length
                    ? (scores[leave - 1] + scores[leave]) / 2
                    : scores[^1] / 2;
            }
        }

        return model.Bundle.With(own => own with { Points = [own.Points[0] with { Gate = Gates.MaxProbability, Thresholds = thresholds }] });
    }

    private IEnumerable<ExitAnswer> Answers(int exit, ExitPolicy policy)
    {
        var (images, normalizer) = (EdgeModel.Images(Count), new Normalizer(model.Bundle.Manifest.Preprocessing));
        var input = new float[model.Bundle.Manifest.InputShape.Count];
        for (var i = 0; i < Count; i++)
        {
            normalizer.Normalize(images.Pixels(i), input);
            yield return new Cascade(model.Bundle.Manifest, model.Engine).Run(0, exit, 1, input, policy).Answers.Span[0];
        }
    }
}
