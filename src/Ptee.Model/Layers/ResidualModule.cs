using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>body(x) + shortcut(x), mostly rectified: (N, Cin, H, W) → (N, Cout, H / stride, W / stride).</summary>
internal sealed class ResidualModule : PartsModule
{
    // A list for the reason that PartsModule gives. One, or none for the identity.
    private readonly List<Module<Tensor, Tensor>> _shortcut = [];
    private readonly bool _rectified;

    public ResidualModule(Residual residual)
        : base(nameof(ResidualModule), residual.Body)
    {
        _rectified = residual.Rectified;
        if (residual.Shortcut is var (name, layer))
        {
            _shortcut.Add(LayerBuilder.Build(layer));
            register_module(name, _shortcut[0]);
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var shortcut = _shortcut.Count > 0 ? _shortcut[0].call(x) : null;
        var sum = RunParts(x).add_(shortcut ?? x, Scalars.One); // In-place operators return the tensor itself, not a new one.
        return _rectified ? sum.relu_() : sum;
    }
}
