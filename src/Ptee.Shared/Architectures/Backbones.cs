using System.Collections.Frozen;

namespace Ptee.Shared.Architectures;

/// <summary>The backbones there are, by name. Adding one is a family's spec and a line here.</summary>
public static class Backbones
{
    public const int MaxClasses = 100_000;
    public const int MaxInputSize = 1_024;

    private static readonly FrozenDictionary<string, ResNetSpec> ResNets = new Dictionary<string, ResNetSpec>
    {
        ["resnet20"] = new(BlocksPerStage: 3),
        ["resnet32"] = new(BlocksPerStage: 5),
        ["resnet44"] = new(BlocksPerStage: 7),
        ["resnet56"] = new(BlocksPerStage: 9),
        ["resnet110"] = new(BlocksPerStage: 18),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ResNets.Keys.Order(StringComparer.Ordinal);

    /// <exception cref="PteeFormatException">No backbone has that name, or an option is out of range.</exception>
    public static Backbone Build(Architecture architecture)
    {
        if (!ResNets.TryGetValue(architecture.Name, out var spec))
        {
            throw new PteeFormatException(
                $"unknown architecture '{architecture.Name}'; known: {string.Join(", ", Names)}");
        }

        Check("classes", architecture.Classes, 2, MaxClasses);
        Check("input size", architecture.InputSize, 8, MaxInputSize);
        if (architecture.Shortcut is not ("A" or "B"))
        {
            throw new PteeFormatException($"{architecture.Name}: shortcut is '{architecture.Shortcut}', expected A or B");
        }

        return new Backbone(architecture, spec.Build(architecture));

        void Check(string what, int value, int low, int high)
        {
            if (value < low || value > high)
            {
                throw new PteeFormatException($"{architecture.Name}: {what} is {value}, expected {low} to {high}");
            }
        }
    }
}
