using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>relu(body(x) + shortcut(x)): (N, Cin, H, W) → (N, Cout, H / stride, W / stride).</summary>
internal sealed class ResidualModule : Module<Tensor, Tensor>
{
    // Lists, because TorchSharp registers a field that is a module a second time, under the field's name (0.107).
    private readonly List<Module<Tensor, Tensor>> _body = [];
    private readonly List<Module<Tensor, Tensor>> _shortcut = []; // One, or none for the identity.

    public ResidualModule(Residual residual)
        : base(nameof(ResidualModule))
    {
        // The body's parts are registered here, not one level down: PyTorch's keys have no level for it.
        for (var i = 0; i < residual.Body.Parts.Count; i++)
        {
            var (name, layer) = residual.Body.Parts[i];
            _body.Add(LayerBuilder.Build(layer));
            register_module(name.Length > 0 ? name : $"part{i}", _body[^1]);
        }

        if (residual.Shortcut is var (shortcutName, shortcutLayer))
        {
            _shortcut.Add(LayerBuilder.Build(shortcutLayer));
            register_module(shortcutName, _shortcut[0]);
        }
    }

    public override Tensor forward(Tensor x)
    {
        var y = x.alias();
        foreach (var part in _body)
        {
            var next = part.call(y);
            y.Dispose();
            y = next;
        }

        using var shortcut = _shortcut.Count > 0 ? _shortcut[0].call(x) : null;
        return y.add_(shortcut ?? x).relu_(); // In-place operators return the tensor itself, not a new one.
    }
}
