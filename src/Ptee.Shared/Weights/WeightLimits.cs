namespace Ptee.Shared.Weights;

/// <summary>
/// What a weights file may ask for. For comparison: VGG-19 for ImageNet, a large network, has 144 million values in
/// 38 tensors.
/// </summary>
public static class WeightLimits
{
    /// <summary>Tensors in a file.</summary>
    public const int MaxTensors = 100_000;

    /// <summary>Dimensions of a tensor.</summary>
    public const int MaxRank = 16;

    /// <summary>Values of all tensors of a file together: 1 GiB of 32-bit floats.</summary>
    public const int MaxValues = 1 << 28;

    /// <summary>Bytes of a safetensors header.</summary>
    public const int MaxHeaderBytes = 16 << 20;
}
