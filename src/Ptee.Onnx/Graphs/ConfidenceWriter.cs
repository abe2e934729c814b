using Ptee.Shared.Architectures;
using static Ptee.Onnx.Graphs.Attributes;

namespace Ptee.Onnx.Graphs;

/// <summary>Writes what each kind of confidence head computes around its weights: (N, W), (N, K) → (N, 1), before the sigmoid.
/// The Torch modules' ConfidenceForward computes the same.</summary>
internal sealed class ConfidenceWriter(GraphWriter graph, LayerWriter layers, Branch branch)
{
    private const string Prefix = "confidence.";
    private const float SmallestDistance = 1e-12f;

    public string Write(string vector, string logits) => branch.ConfidenceKind switch
    {
        ConfidenceHeads.Linear => Head(vector),
        ConfidenceHeads.Sorted => Sorted(vector, logits),
        ConfidenceHeads.ClassMeans => ClassMeans(vector, logits),
        _ => throw new NotSupportedException($"no ONNX operators for confidence head {branch.ConfidenceKind}"),
    };

    private string Head(string x) => layers.Write(branch.Confidence, x, Prefix);

    private string Sorted(string vector, string logits)
    {
        var falling = graph.Add("TopK", [logits, graph.Integers(branch.Classes)], outputs: 2, Of("axis", 1))[0];
        var others = LogSumExp(Columns(falling, 1, branch.Classes));
        var odds = graph.Add("Sub", [Columns(falling, 0, 1), others]);
        var logProbabilities = graph.Add("Sub", [falling, LogSumExp(falling)]);
        return graph.Add("Add", [odds, Head(graph.Add("Concat", [vector, logProbabilities], Of("axis", 1)))]);
    }

    private string ClassMeans(string vector, string logits)
    {
        var distances = Head(vector);
        var mean = graph.Add("ReduceMean", [distances], Of("axes", [1L]), Of("keepdims", 1));
        var unit = graph.Add("Max", [mean, graph.Constant("smallest_distance", [], [SmallestDistance])]);
        var nearness = graph.Add("Neg", [graph.Add("Div", [distances, unit])]);
        var answered = graph.Add("ArgMax", [logits], Of("axis", 1), Of("keepdims", 1));
        var own = graph.Add("GatherElements", [nearness, answered], Of("axis", 1));
        // What is left without the answered class: its own part of the sum, exp(−∞), is 0.
        var nothing = graph.Add("Add", [graph.Add("Mul", [own, graph.Constant("zero", [], [0])]), graph.Constant("nothing", [], [float.NegativeInfinity])]);
        var others = LogSumExp(graph.Add("ScatterElements", [nearness, answered, nothing], Of("axis", 1)));
        return graph.Add("Sub", [own, others]);
    }

    private string LogSumExp(string x) => graph.Add("ReduceLogSumExp", [x], Of("axes", [1L]), Of("keepdims", 1));

    private string Columns(string x, long first, long end) =>
        graph.Add("Slice", [x, graph.Integers(first), graph.Integers(end), graph.Integers(1)]);
}
