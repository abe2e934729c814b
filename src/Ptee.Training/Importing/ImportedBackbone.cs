using Ptee.Model;

namespace Ptee.Training.Importing;

/// <summary>A backbone with the weights of somebody's file.</summary>
/// <param name="Network">Frozen; the caller disposes of it.</param>
/// <param name="Tensors">How many were taken.</param>
/// <param name="Remarks">What a person should know of how the file was read, a sentence each.</param>
public sealed record ImportedBackbone(BackboneNetwork Network, int Tensors, IReadOnlyList<string> Remarks);
