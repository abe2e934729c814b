namespace Ptee.Shared.Weights;

/// <summary>One tensor of a safetensors header, checked by itself but not yet against the others.</summary>
/// <param name="Count">Number of values, the product of <paramref name="Shape"/>.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">Byte after the last.</param>
internal sealed record SafetensorsEntry(
    string Name, ElementType Type, int[] Shape, int Count, long Begin, long End);
