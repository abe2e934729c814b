using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>A module that holds layers in a row; what is done with their result is its heirs' affair.</summary>
/// <remarks>Parts without a name have no weights and so no key. PyTorch's keys have no level for the row itself.</remarks>
internal abstract class PartsModule : Module<Tensor, Tensor>
{
    // A list, because TorchSharp registers a field that is a module a second time, under the field's name (0.107).
    private readonly List<Module<Tensor, Tensor>> _parts = [];

    protected PartsModule(string name, Row row)
        : base(name)
    {
        for (var i = 0; i < row.Parts.Count; i++)
        {
            var (partName, layer) = row.Parts[i];
            _parts.Add(LayerBuilder.Build(layer));
            register_module(partName.Length > 0 ? KeyNames.Escape(partName) : $"part{i}", _parts[^1]);
        }
    }

    /// <summary>A new tensor; <paramref name="x"/> stays the caller's.</summary>
    protected Tensor RunParts(Tensor x)
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
