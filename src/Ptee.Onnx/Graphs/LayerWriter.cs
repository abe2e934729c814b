using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using static Ptee.Onnx.Graphs.Attributes;

namespace Ptee.Onnx.Graphs;

/// <summary>Writes layers that are described as data as ONNX nodes. The only writer there is.</summary>
/// <remarks>Operators: ONNX opset 17 (github.com/onnx/onnx, docs/Operators.md).</remarks>
/// <param name="weights">By PyTorch's keys.</param>
internal sealed class LayerWriter(GraphWriter graph, IReadOnlyDictionary<string, Weight> weights)
{
    private const float Epsilon = 1e-5f; // BatchNorm's own.
    private const long ToTheEnd = int.MaxValue;

    /// <param name="x">Name of the value that goes in.</param>
    /// <param name="prefix">What the row's keys begin with.</param>
    /// <returns>Name of the value that comes out.</returns>
    public string Write(Row row, string x, string prefix = "")
    {
        foreach (var (name, layer) in row.Parts)
        {
            x = Write(layer, x, name.Length == 0 ? prefix : $"{prefix}{name}.");
        }

        return x;
    }

    public string Write(Layer layer, string x, string prefix) => layer switch
    {
        Conv conv => Convolution(conv, x, prefix),
        BatchNorm => graph.Add(
            "BatchNormalization",
            [x, Constant(prefix, "weight"), Constant(prefix, "bias"), Constant(prefix, "running_mean"), Constant(prefix, "running_var")],
            Of("epsilon", Epsilon)),
        Relu { Ceiling: { } ceiling } => graph.Add("Clip", [x, Scalar(prefix, 0), Scalar(prefix, ceiling)]),
        Relu => graph.Add("Relu", [x]),
        GlobalAveragePool => graph.Add("Flatten", [graph.Add("GlobalAveragePool", [x])], Of("axis", 1)),
        MaxPool pool => graph.Add(
            "MaxPool", [x],
            Of("kernel_shape", pool.Size, pool.Size), Of("strides", pool.Size, pool.Size), Of("ceil_mode", pool.KeepsRest ? 1L : 0L)),
        AveragePool pool => graph.Add("AveragePool", [x], Of("kernel_shape", pool.Size, pool.Size), Of("strides", pool.Size, pool.Size)),
        Upsample up => graph.Add(
            "Resize", [x, "", graph.Constant($"{prefix}scales{graph.Constants}", [4], [1, 1, up.Factor, up.Factor])],
            Of("mode", "nearest"), Of("coordinate_transformation_mode", "asymmetric"), Of("nearest_mode", "floor")),
        Flatten => graph.Add("Flatten", [x], Of("axis", 1)),
        Linear => graph.Add("Gemm", [x, Constant(prefix, "weight"), Constant(prefix, "bias")], Of("transB", 1)),
        PadShortcut pad => Shortcut(pad, x),
        Row row => Write(row, x, prefix),
        Residual residual => Sum(residual, x, prefix),
        Concat concat => graph.Add("Concat", [Write(concat.Body, x, prefix), x], Of("axis", 1)),
        ClassDistances distances => Distances(distances, x, prefix),
        _ => throw new NotSupportedException($"no ONNX operators for {layer.GetType().Name}"),
    };

    private string Convolution(Conv conv, string x, string prefix)
    {
        string[] inputs = conv.Bias ? [x, Constant(prefix, "weight"), Constant(prefix, "bias")] : [x, Constant(prefix, "weight")];
        return graph.Add(
            "Conv", inputs,
            Of("kernel_shape", conv.Kernel, conv.Kernel), Of("strides", conv.Stride, conv.Stride),
            Of("pads", conv.Padding, conv.Padding, conv.Padding, conv.Padding), Of("group", conv.Groups));
    }

    private string Shortcut(PadShortcut pad, string x)
    {
        var subsampled = pad.Stride == 1
            ? x
            : graph.Add("Slice", [x, graph.Integers(0, 0), graph.Integers(ToTheEnd, ToTheEnd), graph.Integers(2, 3), graph.Integers(pad.Stride, pad.Stride)]);
        var before = (pad.Out - pad.In) / 2;
        return graph.Add("Pad", [subsampled, graph.Integers(0, before, 0, 0, 0, pad.Out - pad.In - before, 0, 0)]);
    }

    private string Sum(Residual residual, string x, string prefix)
    {
        var body = Write(residual.Body, x, prefix);
        var shortcut = residual.Shortcut is var (name, layer) ? Write(layer, x, name.Length == 0 ? prefix : $"{prefix}{name}.") : x;
        var sum = graph.Add("Add", [body, shortcut]);
        return residual.Rectified ? graph.Add("Relu", [sum]) : sum;
    }

    /// <summary>(N, In) → (N, Classes): squared distances to the means.</summary>
    private string Distances(ClassDistances distances, string x, string prefix)
    {
        var rows = graph.Add("Unsqueeze", [x, graph.Integers(1)]);
        var difference = graph.Add("Sub", [rows, Constant(prefix, "means")]);
        return graph.Add("ReduceSum", [graph.Add("Mul", [difference, difference]), graph.Integers(2)], Of("keepdims", 0));
    }

    private string Constant(string prefix, string name)
    {
        var weight = weights[prefix + name];
        return graph.Constant(prefix + name, weight.Shape, weight.Values);
    }

    private string Scalar(string prefix, float value) => graph.Constant($"{prefix}scalar{graph.Constants}", [], [value]);
}
