using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;

namespace Ptee.Training.Importing;

/// <summary>Fits the weights that somebody trained elsewhere into one of our backbones.</summary>
public static class BackboneImporter
{
    private const int UsualClasses = 10;

    /// <summary>How many values may be in memory for each of the network's: tensors may be parts of larger storages.</summary>
    private const int MostHeld = 4;
    private const long AlwaysHeld = 1 << 20;

    /// <summary>Builds the named backbone as the file's keys say it is and takes over all weights.</summary>
    /// <exception cref="PteeFormatException">No dict in the file is this network: what is missing, left over or mis-shaped is
    /// named, with both shapes. Or the file is damaged.</exception>
    public static ImportedBackbone Import(string architecture, Checkpoint checkpoint, int inputSize, ImportOptions? options = null)
    {
        try
        {
            NetworkKeys[] variants =
            [
                .. Backbones.Shortcuts(architecture).Select(shortcut =>
                    new NetworkKeys(new Architecture(architecture, shortcut, UsualClasses, inputSize))),
            ];
            var (fit, remarks) = new CandidateChoice(checkpoint, variants, options ?? new ImportOptions()).Make();
            return new ImportedBackbone(Load(fit), fit.Tensors.Count, [.. remarks, .. Cautions(architecture)]);
        }
        catch (PteeFormatException exception)
        {
            throw new PteeFormatException($"{checkpoint.Source}: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the tensors that the network has, and no others.</summary>
    private static BackboneNetwork Load(Fit fit)
    {
        var classes = fit.Network.ClassesOf(fit.Tensors);
        var backbone = Backbones.Build(fit.Network.Architecture with { Classes = classes });
        var byHolder = fit.Tensors.GroupBy(tensor => tensor.Value.Holder, ReferenceEqualityComparer.Instance).ToArray();
        var needed = fit.Tensors.Values.Sum(tensor => (long)WeightShape.Count([.. tensor.Shape])!);
        var most = (MostHeld * needed) + AlwaysHeld;
        if (byHolder.Sum(group => group.Max(tensor => tensor.Value.HeldValues)) is var held && held > most)
        {
            throw new PteeFormatException(
                $"its tensors are parts of storages of {held} values together, "
                + $"expected at most {most} for the {needed} that the network has");
        }

        // By holder, because each is read once while its tensors follow each other.
        var weights = byHolder.SelectMany(group => group)
            .ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Read(), StringComparer.Ordinal);
        var network = new BackboneNetwork(backbone);
        network.SetWeights(weights);
        return network.Freeze();
    }

    private static IEnumerable<string> Cautions(string architecture) => architecture == "mobilenetv2"
        ?
        [
            "mobilenetv2 is the network for small pictures, 32x32, whose stem and second stage have stride 1. "
            + "Weights of the one for 224x224 have the same names and shapes, but do not classify well in this one: "
            + "ptee eval shows which these are.",
        ]
        : [];
}
