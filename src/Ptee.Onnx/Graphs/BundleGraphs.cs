using Ptee.Onnx.Format;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Weights;

namespace Ptee.Onnx.Graphs;

/// <summary>One ONNX graph a segment, an exit, an encoder and a decoder, with the batch norms folded.</summary>
internal static class BundleGraphs
{
    /// <summary>Of a segment's output.</summary>
    public const string Features = "features";

    /// <summary>Of an encoder's output.</summary>
    public const string Latent = "latent";

    /// <summary>Of an exit's class scores, before the softmax.</summary>
    public const string Logits = "logits";

    /// <summary>Of an exit's confidence, after the sigmoid.</summary>
    public const string Confidence = "confidence";

    /// <summary>(N, C, H, W) of the cut before → <see cref="Features"/>, (N, C, H, W) of the next cut or (N, classes).</summary>
    public static ModelProto Segment(Bundle bundle, int segment)
    {
        var manifest = bundle.Manifest;
        var backbone = Backbones.Build(manifest.Architecture);
        var first = segment == 0 ? 0 : manifest.Cuts[segment - 1].Block + 1;
        var end = segment == manifest.Cuts.Length ? backbone.Blocks.Count : manifest.Cuts[segment].Block + 1;
        return Blocks($"segment {segment}", backbone, first..end, bundle.SegmentWeights(segment));
    }

    /// <summary>Some of a backbone's blocks; all of them end in logits.</summary>
    /// <param name="weights">Theirs, by PyTorch's keys.</param>
    public static ModelProto Blocks(string name, Backbone backbone, Range blocks, IReadOnlyDictionary<string, Weight> weights)
    {
        var part = backbone with { Blocks = [.. backbone.Blocks.Take(blocks)] };
        var (folded, foldedWeights) = BatchNormFolding.Fold(part, weights);
        var graph = new GraphWriter(name, part.Blocks[0].In);
        var layers = new LayerWriter(graph, foldedWeights);
        var x = blocks.Start.Value > 0 ? Tracked(graph) : GraphWriter.Input;
        foreach (var block in folded.Blocks)
        {
            x = layers.Write(block.Body, x);
        }

        var output = part.Blocks[^1].Out;
        graph.Output(Features, x, part.Blocks[^1].Body.EndsInVector() ? [output.Channels] : [output.Channels, output.Height, output.Width]);
        return graph.Finish();
    }

    /// <summary>The input through a pool of one pixel, which changes nothing in it.</summary>
    /// <remarks>
    /// ONNX Runtime's convolutions work in blocks of channels and bring their input into that order, but a graph's own input
    /// stays as it was for everything else. A residual block that adds its input to its convolutions' output then cannot be
    /// fused, and that block and the way back cost what 5 to 10 % of a network do. A pool's output is in blocks for all.
    /// </remarks>
    private static string Tracked(GraphWriter graph) =>
        graph.Add("MaxPool", [GraphWriter.Input], Attributes.Of("kernel_shape", [1L, 1L]));

    /// <summary>(N, C, H, W) of the cut → <see cref="Logits"/> (N, classes) and <see cref="Confidence"/> (N, 1).</summary>
    public static ModelProto Exit(Bundle bundle, int exit) =>
        Exit($"exit {exit}", bundle.Manifest.BranchOf(exit), bundle.ExitWeights(exit));

    public static ModelProto Exit(string name, Branch branch, IReadOnlyDictionary<string, Weight> weights)
    {
        var (body, folded) = BatchNormFolding.Fold(branch.Body, "body.", weights);
        foreach (var (key, weight) in weights.Where(entry => !entry.Key.StartsWith("body.", StringComparison.Ordinal)))
        {
            folded[key] = weight;
        }

        var graph = new GraphWriter(name, branch.In);
        var layers = new LayerWriter(graph, folded);
        var vector = layers.Write(body, GraphWriter.Input, "body.");
        var logits = layers.Write(branch.Classifier, vector, "classifier.");
        var confidence = new ConfidenceWriter(graph, layers, branch).Write(vector, logits);
        graph.Output(Logits, logits, branch.Classes);
        graph.Output(Confidence, graph.Add("Sigmoid", [confidence]), 1);
        return graph.Finish();
    }

    /// <summary>(N, C, H, W) of the cut → <see cref="Latent"/>.</summary>
    public static ModelProto Encoder(Bundle bundle, int cut)
    {
        var layers = bundle.Manifest.BottleneckOf(cut)!;
        return Layers($"encoder {cut}", layers.Encoder, layers.In, layers.Latent, Latent, bundle.EncoderWeights(cut));
    }

    /// <summary>(N, C, H, W) of the latent → <see cref="Features"/>, (N, C, H, W) of the cut.</summary>
    public static ModelProto Decoder(Bundle bundle, int cut)
    {
        var layers = bundle.Manifest.BottleneckOf(cut)!;
        return Layers($"decoder {cut}", layers.Decoder, layers.Latent, layers.In, Features, bundle.DecoderWeights(cut));
    }

    private static ModelProto Layers(
        string name, Row row, FeatureShape input, FeatureShape output, string outputName, IReadOnlyDictionary<string, Weight> weights)
    {
        var (folded, foldedWeights) = BatchNormFolding.Fold(row, prefix: "", weights);
        var graph = new GraphWriter(name, input);
        var x = new LayerWriter(graph, foldedWeights).Write(folded, GraphWriter.Input);
        graph.Output(outputName, x, output.Channels, output.Height, output.Width);
        return graph.Finish();
    }

    private static bool EndsInVector(this Row row) => row.Parts.Any(part => part.Layer is Linear or Flatten or GlobalAveragePool);
}
