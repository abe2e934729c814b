using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Preprocessing;

namespace Ptee.Training.Folders;

/// <summary>What <c>backbone.json</c> holds.</summary>
/// <param name="Labels">Class names in the order of the logits.</param>
public sealed record BackboneDescription(
    Architecture Architecture,
    PreprocessingSpec Preprocessing,
    string[] Labels,
    Provenance Provenance)
{
    /// <exception cref="PteeFormatException">A value is out of range, or two do not fit each other.</exception>
    public void Validate()
    {
        var backbone = Backbones.Build(Architecture);
        Preprocessing.Validate();
        if (Preprocessing.Size != Architecture.InputSize)
        {
            throw new PteeFormatException(
                $"preprocessing gives {Preprocessing.Size} pixels, the network takes {Architecture.InputSize}");
        }

        if (Labels.Length != backbone.Classes || Labels.Any(label => label is null))
        {
            throw new PteeFormatException($"{Labels.Length} labels, expected {backbone.Classes}");
        }
    }
}
