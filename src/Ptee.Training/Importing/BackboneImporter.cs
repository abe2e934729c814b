using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;

namespace Ptee.Training.Importing;

/// <summary>Fits the weights that somebody trained elsewhere into one of our backbones.</summary>
public static class BackboneImporter
{
    private const string BlockPrefix = "layer";
    private const int UsualClasses = 10;

    /// <summary>Builds the named backbone as the keys say it is and takes over all weights.</summary>
    /// <param name="weights">By PyTorch's keys.</param>
    /// <param name="source">The file, for messages.</param>
    /// <returns>Frozen; the caller disposes of it.</returns>
    /// <exception cref="PteeFormatException">A key is missing, left over or mis-shaped: named, with both shapes.</exception>
    public static BackboneNetwork Import(
        string architecture, IReadOnlyDictionary<string, Weight> weights, int inputSize, string source)
    {
        var hasShortcuts = Backbones.Shortcuts(architecture).Count > 1;
        var renamed = new Dictionary<string, Weight>(StringComparer.Ordinal);
        foreach (var (key, weight) in weights)
        {
            if (!renamed.TryAdd(hasShortcuts ? Rename(key) : key, weight))
            {
                throw new PteeFormatException($"{source}: {key} is there under two names, expected one of them");
            }
        }

        var projects = renamed.Keys.Any(key => key.Contains(".shortcut.", StringComparison.Ordinal));
        var shortcut = !hasShortcuts ? "" : projects ? "B" : "A";
        var built = Backbones.Build(new Architecture(architecture, shortcut, UsualClasses, inputSize));
        var network = new BackboneNetwork(Backbones.Build(
            built.Architecture with { Classes = Classes(renamed, built.ClassifierKey) }));
        try
        {
            network.SetWeights(renamed);
            return network.Freeze();
        }
        catch (PteeFormatException exception)
        {
            network.Dispose();
            throw new PteeFormatException($"{source}: {exception.Message}", exception);
        }
    }

    /// <remarks>People call the last layer <c>fc</c> as torchvision does, or <c>linear</c>; the shortcut <c>downsample</c> or <c>shortcut</c>.</remarks>
    private static string Rename(string key)
    {
        if (key.StartsWith("fc.", StringComparison.Ordinal))
        {
            return "linear." + key["fc.".Length..];
        }

        return key.StartsWith(BlockPrefix, StringComparison.Ordinal)
            ? key.Replace(".downsample.", ".shortcut.", StringComparison.Ordinal)
            : key;
    }

    /// <summary>As many as the last layer has; the usual number where it is missing, so that the message can name it.</summary>
    private static int Classes(Dictionary<string, Weight> weights, string classifier) =>
        weights.TryGetValue($"{classifier}.bias", out var bias) && bias.Shape.Count == 1
            ? Math.Clamp(bias.Shape[0], 2, Backbones.MaxClasses)
            : UsualClasses;
}
