namespace Ptee.Shared.Architectures;

/// <summary>
/// One layer of a network, as data: no weights and no arithmetic. Counting, the Torch modules and any
/// other engine's graph are all made from the same rows.
/// </summary>
public abstract record Layer;

/// <summary>k×k convolution with zero padding; with as many groups as channels it is a depthwise one.</summary>
public sealed record Conv(
    int In, int Out, int Kernel, int Stride = 1, int Padding = 0, bool Bias = false, int Groups = 1) : Layer;

/// <summary>Batch normalization over (N, H, W) for each channel, ε = 1e-5.</summary>
public sealed record BatchNorm(int Channels) : Layer;

/// <summary>max(0, x), or min(max(0, x), Ceiling).</summary>
/// <param name="Ceiling">6 in MobileNets; null for none.</param>
/// <param name="Counted">False where the published code calls a function, which the paper's counter does not see.</param>
public sealed record Relu(float? Ceiling = null, bool Counted = true) : Layer;

/// <summary>Mean over rows and columns: (N, C, H, W) → (N, C).</summary>
/// <param name="Counted">As in <see cref="Relu"/>.</param>
public sealed record GlobalAveragePool(bool Counted = true) : Layer;

/// <summary>Largest value of each Size×Size square, squares side by side.</summary>
/// <param name="KeepsRest">Whether rows and columns that do not fill a square make one all the same, or are dropped.</param>
public sealed record MaxPool(int Size, bool KeepsRest = false) : Layer;

/// <summary>Mean of each Size×Size square, squares side by side.</summary>
/// <param name="Counted">As in <see cref="Relu"/>.</param>
public sealed record AveragePool(int Size, bool Counted = true) : Layer;

/// <summary>Each value Factor×Factor times: (N, C, H, W) → (N, C, Factor·H, Factor·W).</summary>
public sealed record Upsample(int Factor) : Layer;

/// <summary>(N, C, H, W) → (N, C·H·W).</summary>
public sealed record Flatten : Layer;

/// <summary>(N, In) → (N, Out), with bias.</summary>
public sealed record Linear(int In, int Out) : Layer;

/// <summary>Squared distances to a point for each class: (N, In) → (N, Classes).</summary>
public sealed record ClassDistances(int In, int Classes) : Layer;

/// <summary>
/// Option A shortcut: every second row and column, then zero channels on both sides. No parameters.
/// </summary>
/// <remarks>Source: He et al. 2015, arXiv:1512.03385, section 4.2.</remarks>
public sealed record PadShortcut(int In, int Out, int Stride) : Layer;

/// <summary>Layers in a row; each name is a part of its weights' keys.</summary>
public sealed record Row(IReadOnlyList<Named> Parts) : Layer
{
    public static Row Of(params (string Name, Layer Layer)[] parts) =>
        new([.. parts.Select(part => new Named(part.Name, part.Layer))]);
}

/// <summary>relu(body(x) + shortcut(x)); a null shortcut is the identity.</summary>
/// <param name="Rectified">False where no ReLU follows the sum (MobileNetV2).</param>
/// <remarks>Source: He et al. 2015, arXiv:1512.03385, fig. 2.</remarks>
public sealed record Residual(Row Body, Named? Shortcut, bool Rectified = true) : Layer;

/// <summary>The body's channels, then those of x: (N, C, H, W) → (N, C + growth, H, W).</summary>
/// <remarks>Source: Huang et al. 2016, arXiv:1608.06993, section 3.</remarks>
public sealed record Concat(Row Body) : Layer;

/// <summary>A layer and its name. An empty name adds nothing to the weights' keys.</summary>
public sealed record Named(string Name, Layer Layer);
