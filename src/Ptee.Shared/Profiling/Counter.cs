using Ptee.Shared.Architectures;
using Ptee.Shared.Features;

namespace Ptee.Shared.Profiling;

/// <summary>Multiply-accumulates and parameters of layers, counted as the PTEENet paper counts them.</summary>
/// <remarks>
/// Convolution k²·Cin/groups·Cout·H·W (+ Cout·H·W with bias); linear in·out (bias free); batch norm 2 an element;
/// ReLU 1 an output element; pool 1 an input element; distances to K points in·K; softmax, sigmoid, addition, concatenation, padding
/// and upsampling 0.
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
        Relu relu => new LayerCount(relu.Counted ? shape.Count : 0, 0, shape),
        GlobalAveragePool pool => new LayerCount(pool.Counted ? shape.Count : 0, 0, new FeatureShape(shape.Channels, 1, 1)),
        MaxPool pool => new LayerCount(shape.Count, 0, Pooled(pool.Size, shape, pool.KeepsRest ? pool.Size - 1 : 0)),
        AveragePool pool => new LayerCount(pool.Counted ? shape.Count : 0, 0, Pooled(pool.Size, shape)),
        Upsample up => new LayerCount(0, 0, new FeatureShape(shape.Channels, shape.Height * up.Factor, shape.Width * up.Factor)),
        Flatten => new LayerCount(0, 0, new FeatureShape(shape.Count, 1, 1)),
        Linear linear => new LayerCount(
            (long)linear.In * linear.Out, ((long)linear.In + 1) * linear.Out, new FeatureShape(linear.Out, 1, 1)),
        ClassDistances distances => new LayerCount(
            (long)distances.In * distances.Classes, (long)distances.In * distances.Classes, new FeatureShape(distances.Classes, 1, 1)),
        PadShortcut pad => new LayerCount(0, 0, Strided(pad.Out, pad.Stride, shape)),
        Row row => row.Parts.Aggregate(
            new LayerCount(0, 0, shape), (sum, part) => sum.Then(Count(part.Layer, sum.Out))),
        Residual residual => CountResidual(residual, shape),
        Concat concat => CountConcat(concat, shape),
        _ => throw new NotSupportedException($"no counting rule for {layer.GetType().Name}"),
    };

    private static LayerCount CountConv(Conv conv, FeatureShape shape)
    {
        var output = new FeatureShape(
            conv.Out,
            (shape.Height + (2 * conv.Padding) - conv.Kernel) / conv.Stride + 1,
            (shape.Width + (2 * conv.Padding) - conv.Kernel) / conv.Stride + 1);
        var weights = (long)conv.Kernel * conv.Kernel * (conv.In / conv.Groups) * conv.Out;
        return new LayerCount(
            (weights * output.Height * output.Width) + (conv.Bias ? output.Count : 0),
            weights + (conv.Bias ? conv.Out : 0),
            output);
    }

    private static LayerCount CountResidual(Residual residual, FeatureShape shape)
    {
        var body = Count(residual.Body, shape);
        var shortcut = residual.Shortcut is null ? default : Count(residual.Shortcut.Layer, shape);
        var relu = residual.Rectified ? body.Out.Count : 0;
        return new LayerCount(body.Macs + shortcut.Macs + relu, body.Parameters + shortcut.Parameters, body.Out);
    }

    private static LayerCount CountConcat(Concat concat, FeatureShape shape)
    {
        var body = Count(concat.Body, shape);
        return body with { Out = shape with { Channels = body.Out.Channels + shape.Channels } };
    }

    private static FeatureShape Pooled(int size, FeatureShape shape, int filled = 0) =>
        new(shape.Channels, (shape.Height + filled) / size, (shape.Width + filled) / size);

    private static FeatureShape Strided(int channels, int stride, FeatureShape shape) =>
        new(channels, (shape.Height - 1) / stride + 1, (shape.Width - 1) / stride + 1);
}
