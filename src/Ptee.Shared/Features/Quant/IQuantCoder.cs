namespace Ptee.Shared.Features.Quant;

/// <summary>Told of each value in its turn, with what is known of it; says its level.</summary>
internal interface IQuantCoder
{
    /// <param name="index">Of the value in (C, H, W).</param>
    /// <param name="context">Of its channel, from what was coded before.</param>
    int Level(int index, int channel, int context);
}
