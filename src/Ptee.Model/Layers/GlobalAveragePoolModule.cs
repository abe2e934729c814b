using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>(N, C, H, W) → (N, C).</summary>
internal sealed class GlobalAveragePoolModule() : Module<Tensor, Tensor>(nameof(GlobalAveragePoolModule))
{
    public override Tensor forward(Tensor x) => x.mean([2, 3]);
}
