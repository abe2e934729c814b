using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>(N, In) → (N, Classes): squared distances to the classes' means, a buffer (Classes, In).</summary>
internal sealed class ClassDistancesModule : Module<Tensor, Tensor>
{
    private const string Means = "means";

    public ClassDistancesModule(ClassDistances distances)
        : base(nameof(ClassDistancesModule)) => register_buffer(Means, zeros(distances.Classes, distances.In));

    public override Tensor forward(Tensor x)
    {
        using var rows = x.unsqueeze(1);
        using var difference = rows - get_buffer(Means)!; // Registered above.
        using var squares = difference.square();
        return squares.sum(2);
    }
}
