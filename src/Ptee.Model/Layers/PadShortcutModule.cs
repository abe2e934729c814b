using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>Option A shortcut: (N, Cin, H, W) → (N, Cout, H / stride, W / stride), no parameters.</summary>
internal sealed class PadShortcutModule(PadShortcut pad) : Module<Tensor, Tensor>(nameof(PadShortcutModule))
{
    public override Tensor forward(Tensor x)
    {
        using var rows = x.slice(2, 0, x.shape[2], pad.Stride);
        using var subsampled = rows.slice(3, 0, x.shape[3], pad.Stride);
        var before = (pad.Out - pad.In) / 2;
        return nn.functional.pad(subsampled, [0, 0, 0, 0, before, pad.Out - pad.In - before]);
    }
}
