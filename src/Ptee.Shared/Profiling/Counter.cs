using Ptee.Shared.Architectures;
using Ptee.Shared.Features;

namespace Ptee.Shared.Profiling;

/// <summary>Multiply-accumulates and parameters of layers, counted as the PTEENet paper counts them.</summary>
/// <remarks>
/// Convolution k²·Cin·Cout·H·W (+ Cout·H·W with bias); linear in·out (bias free); batch norm 2 an element;
/// ReLU 1 an output element; pool 1 an input element; softmax, sigmoid, addition and padding 0.
/// Source: PTEENet, arXiv:2501.02508, and the flops counter that its published figures were made with.
/// </remarks>
public static class Counter
{
    /// <summary>Counts one image through <paramref name="layer"/>.</summary>
    /// <param name="shape">What goes in.</param>
    /// <returns>Macs, parameters, and what comes out.</returns>
    public static LayerCount Count(Layer layer, FeatureShape shape) => layer switch
    {
        Conv conv => CountConv(conv, shape),
        BatchNorm norm => new LayerCount(2L * shape.Count, 2L * norm.Channels, shape),
        Relu => new LayerCount(shape.Count, 0, shape),
        GlobalAveragePool => new LayerCount(shape.Count, 0, new FeatureShape(shape.Channels, 1, 1)),
        Linear linear => new LayerCount(
            (long)linear.In * linear.Out, ((long)linear.In + 1) * linear.Out, new FeatureShape(linear.Out, 1, 1)),
        PadShortcut pad => new LayerCount(0, 0, Strided(pad.Out, pad.Stride, shape)),
        Row row => row.Parts.Aggregate(
            new LayerCount(0, 0, shape), (sum, part) => sum.Then(Count(part.Layer, sum.Out))),
        Residual residual => CountResidual(residual, shape),
        _ => throw new NotSupportedException($"no counting rule for {layer.GetType().Name}"),
    };

    private static LayerCount CountConv(Conv conv, FeatureShape shape)
    {
        var output = new FeatureShape(
            conv.Out,
            (shape.Height + (2 * conv.Padding) - conv.Kernel) / conv.Stride + 1,
            (shape.Width + (2 * conv.Padding) - conv.Kernel) / conv.Stride + 1);
        var weights = (long)conv.Kernel * conv.Kernel * conv.In * conv.Out;
        return new LayerCount(
            (weights * output.Height * output.Width) + (conv.Bias ? output.Count : 0),
            weights + (conv.Bias ? conv.Out : 0),
            output);
    }

    private static LayerCount CountResidual(Residual residual, FeatureShape shape)
    {
        var body = Count(residual.Body, shape);
        var shortcut = residual.Shortcut is null ? default : Count(residual.Shortcut.Layer, shape);
        return new LayerCount(
            body.Macs + shortcut.Macs + body.Out.Count, body.Parameters + shortcut.Parameters, body.Out);
    }

    private static FeatureShape Strided(int channels, int stride, FeatureShape shape) =>
        new(channels, (shape.Height - 1) / stride + 1, (shape.Width - 1) / stride + 1);
}
