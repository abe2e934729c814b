using Ptee.Shared.Architectures;
using static TorchSharp.torch;

namespace Ptee.Model.Layers;

/// <summary>The body's channels, then x's: (N, C, H, W) → (N, C + growth, H, W).</summary>
internal sealed class ConcatModule(Concat concat) : PartsModule(nameof(ConcatModule), concat.Body)
{
    public override Tensor forward(Tensor x)
    {
        using var grown = RunParts(x);
        return cat([grown, x], 1);
    }
}
