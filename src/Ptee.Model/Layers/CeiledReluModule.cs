using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>min(max(0, x), ceiling).</summary>
/// <remarks>TorchSharp's own Hardtanh and ReLU6 write into their input and return it (0.107).</remarks>
internal sealed class CeiledReluModule(float ceiling) : Module<Tensor, Tensor>(nameof(CeiledReluModule))
{
    private readonly Scalar _ceiling = ceiling;

    public override Tensor forward(Tensor x) => x.clamp(Scalars.Zero, _ceiling);
}
