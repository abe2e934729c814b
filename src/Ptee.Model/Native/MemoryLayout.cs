using static TorchSharp.torch;

namespace Ptee.Model.Native;

/// <summary>The order of a feature tensor's numbers in memory; its shape stays (N, C, H, W).</summary>
public static class MemoryLayout
{
    /// <summary>
    /// The same tensor with the channels of a pixel side by side ("channels last"). libtorch's convolutions and batch
    /// norms follow their input's layout, and compute thin feature maps faster in this one.
    /// </summary>
    /// <param name="x">(N, C, H, W); the caller keeps it.</param>
    /// <returns>A new tensor, which may share <paramref name="x"/>'s memory; the caller disposes of it.</returns>
    /// <remarks>TorchSharp has no memory format to ask for; a permuted copy has the same strides.</remarks>
    public static Tensor ChannelsLast(Tensor x)
    {
        using var moved = x.permute(0, 2, 3, 1);
        using var packed = moved.contiguous();
        return packed.permute(0, 3, 1, 2);
    }
}
