using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>Layers in a row. Parts without a name have no weights and so no key.</summary>
internal sealed class RowModule : Module<Tensor, Tensor>
{
    private readonly List<Module<Tensor, Tensor>> _parts = [];

    public RowModule(Row row)
        : base(nameof(RowModule))
    {
        for (var i = 0; i < row.Parts.Count; i++)
        {
            var (name, layer) = row.Parts[i];
            var part = LayerBuilder.Build(layer);
            _parts.Add(part);
            register_module(name.Length > 0 ? KeyNames.Escape(name) : $"part{i}", part);
        }
    }

    public override Tensor forward(Tensor x)
    {
        var y = x.alias();
        foreach (var part in _parts)
        {
            var next = part.call(y);
            y.Dispose();
            y = next;
        }

        return y;
    }
}
