using Ptee.Shared.Architectures;
using static TorchSharp.torch;

namespace Ptee.Model.Layers;

/// <summary>Layers in a row.</summary>
internal sealed class RowModule(Row row) : PartsModule(nameof(RowModule), row)
{
    public override Tensor forward(Tensor x) => RunParts(x);
}
