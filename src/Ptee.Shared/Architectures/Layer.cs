namespace Ptee.Shared.Architectures;

/// <summary>
/// One layer of a network, as data: no weights and no arithmetic. Counting, the Torch modules and any
/// other engine's graph are all made from the same rows.
/// </summary>
public abstract record Layer;

/// <summary>k×k convolution with zero padding.</summary>
public sealed record Conv(int In, int Out, int Kernel, int Stride = 1, int Padding = 0, bool Bias = false) : Layer;

/// <summary>Batch normalization over (N, H, W) for each channel, ε = 1e-5.</summary>
public sealed record BatchNorm(int Channels) : Layer;

public sealed record Relu : Layer;

/// <summary>Mean over rows and columns: (N, C, H, W) → (N, C).</summary>
public sealed record GlobalAveragePool : Layer;

/// <summary>(N, In) → (N, Out), with bias.</summary>
public sealed record Linear(int In, int Out) : Layer;

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
/// <remarks>Source: He et al. 2015, arXiv:1512.03385, fig. 2.</remarks>
public sealed record Residual(Row Body, Named? Shortcut) : Layer;

/// <summary>A layer and its name. An empty name adds nothing to the weights' keys.</summary>
public sealed record Named(string Name, Layer Layer);
