using Ptee.Cli.Demo;
using Ptee.Data;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Onnx;
using Ptee.Onnx.Graphs;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Training.Bundling;
using Ptee.Training.Checkpoints;
using Ptee.Training.Evaluation;
using Ptee.Training.Importing;
using static TorchSharp.torch;

namespace Ptee.Tests.Onnx;

/// <summary>Both engines say the same of 1,000 real images.</summary>
public sealed class EngineAgreementTests
{
    private const int Batch = 50;
    private const double Tolerance = 1e-4; // Of max(1, |logit|).

    public EngineAgreementTests()
    {
        TorchRuntime.Initialize();
        OnnxRuntime.Initialize(threads: 0);
    }

    [Theory]
    [MemberData(nameof(GraphTests.Networks), MemberType = typeof(GraphTests))]
    public async Task A_backbone_gives_the_same_logits_and_classes(string name, string shortcut)
    {
        using var network = new BackboneNetwork(Backbones.Build(new Architecture(name, shortcut, 10, 32)));
        network.SetWeights(SeededWeights.WithStatistics(network.CopyWeights(), seed: 5));
        network.Freeze();
        using var folded = network.Fold();
        using var graph = new Graph(BundleGraphs.Blocks(name, network.Backbone, .., network.CopyWeights()));

        foreach (var (_, count, input) in await PicturesAsync(PreprocessingSpec.ImageNet(32)))
        {
            var logits = new float[count * 10];
            graph.Run(count, input, logits);

            using var mode = inference_mode();
            using var scope = NewDisposeScope();
            AssertSame(folded.Run(tensor(input, [count, 3, 32, 32]), ..).contiguous().data<float>().ToArray(), logits, count);
        }
    }

    /// <summary>Hashes are right and the manifest is: only whoever builds the layers sees it.</summary>
    [Fact]
    public void Weights_of_another_network_are_refused_by_both_engines()
    {
        var bundle = TestBundles.Random();
        var segment = bundle.SegmentWeights(1);
        var first = segment.Keys.Order(StringComparer.Ordinal).First(key => key.EndsWith("bn1.weight", StringComparison.Ordinal));
        Assert.All(
            (IReadOnlyDictionary<string, Weight>[])
            [
                segment.Where(entry => entry.Key != first).ToDictionary(),
                segment.ToDictionary(entry => entry.Key, entry => entry.Key == first ? new Weight([1], [1f]) : entry.Value),
            ],
            weights =>
            {
                var broken = TestBundles.With(bundle, segment: 1, weights);
                var onnx = Assert.Throws<PteeFormatException>(() => new OnnxEngine(broken).Dispose()).Message;
                Assert.Contains("the weights in segments/1.safetensors do not fit resnet20", onnx, StringComparison.Ordinal);
                Assert.Throws<PteeFormatException>(() => new TorchEngine(broken).Dispose());
            });
    }

    [Fact]
    public Task The_embedded_bundle_s_segments_and_exits_agree() => AssertAgreeAsync(Bundle.Open(EmbeddedAssets.Bundle));

    [Theory]
    [InlineData("resnet20", "resnet20-12fca82f.th")]
    [InlineData("resnet56", "resnet56-4bfd9763.th")]
    [InlineData("resnet110", "resnet110-cifar10.safetensors")]
    public async Task Segments_and_exits_of_a_public_checkpoint_agree(string name, string checkpoint)
    {
        var path = TestData.Folder("checkpoints", checkpoint);
        using var backbone = BackboneImporter.Import(name, Checkpoint.Read(path), 32).Network;
        var exits = Bundle.Open(Path.Combine(AppContext.BaseDirectory, "assets", "exits", $"{name}.ptee"));

        await AssertAgreeAsync(BundleBuilder.Join(name, exits, backbone));
    }

    private static async Task AssertAgreeAsync(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        using IEngine torch = new TorchEngine(bundle), onnx = new OnnxEngine(bundle);

        foreach (var (_, count, input) in await PicturesAsync(manifest.Preprocessing))
        {
            var features = input;
            for (var segment = 0; segment < manifest.SegmentCount; segment++)
            {
                var (expected, actual) = (Segment(torch, segment, features), Segment(onnx, segment, features));
                Assert.All(expected.Zip(actual), pair => AssertClose(pair.First, pair.Second));
                if (segment < manifest.Exits.Length)
                {
                    var (byTorch, byOnnx) = (Exit(torch, segment, expected), Exit(onnx, segment, expected));
                    AssertSame(byTorch.Logits, byOnnx.Logits, count);
                    Assert.All(byTorch.Confidences.Zip(byOnnx.Confidences), pair => AssertClose(pair.First, pair.Second));
                }
                else
                {
                    AssertSame(expected, actual, count);
                }

                features = expected;
            }

            float[] Segment(IEngine engine, int segment, float[] from)
            {
                var output = new float[count * manifest.ShapeAfter(segment).Count];
                engine.RunSegment(segment, count, from, output);
                return output;
            }

            (float[] Logits, float[] Confidences) Exit(IEngine engine, int exit, float[] from)
            {
                var (logits, confidences) = (new float[count * manifest.Labels.Length], new float[count]);
                engine.RunExit(exit, count, from, logits, confidences);
                return (logits, confidences);
            }
        }
    }

    private static async Task<IEnumerable<(int First, int Count, float[] Input)>> PicturesAsync(PreprocessingSpec preprocessing)
    {
        var images = await DataSets.OpenAsync(EmbeddedAssets.Images, size: preprocessing.Size);
        Assert.Equal(1_000, images.Count);
        return new ImageBatches(preprocessing, images, Batch).All();
    }

    private static void AssertSame(float[] expected, float[] actual, int count)
    {
        Assert.All(expected.Zip(actual), pair => AssertClose(pair.First, pair.Second));
        var classes = expected.Length / count;
        for (var row = 0; row < count; row++)
        {
            var first = expected.AsSpan(row * classes, classes);
            var (best, other) = (Softmax.ArgMax(first), Softmax.ArgMax(actual.AsSpan(row * classes, classes)));
            // Random weights can leave two classes closer together than the engines are.
            Assert.True(
                best == other || Math.Abs(first[best] - first[other]) <= 2 * Tolerance * Math.Max(1, Math.Abs(first[best])),
                $"class {best} against {other}: {first[best]} and {first[other]}");
        }
    }

    private static void AssertClose(float expected, float actual) =>
        Assert.InRange(actual, expected - (Tolerance * Math.Max(1, Math.Abs(expected))), expected + (Tolerance * Math.Max(1, Math.Abs(expected))));
}
