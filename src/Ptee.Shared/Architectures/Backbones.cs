using System.Collections.Frozen;

namespace Ptee.Shared.Architectures;

/// <summary>The backbones there are, by name. Adding one is a family's spec and a line here.</summary>
public static class Backbones
{
    public const int MaxClasses = 100_000;
    public const int MinInputSize = 8;
    public const int MaxInputSize = 1_024;

    private static readonly FrozenDictionary<string, IBackboneSpec> ByName = new Dictionary<string, IBackboneSpec>
    {
        ["densenet121"] = new DenseNetSpec(Growth: 32, 6, 12, 24, 16),
        ["mobilenetv2"] = new MobileNetV2Spec(),
        ["resnet20"] = new ResNetSpec(BlocksPerStage: 3),
        ["resnet32"] = new ResNetSpec(BlocksPerStage: 5),
        ["resnet44"] = new ResNetSpec(BlocksPerStage: 7),
        ["resnet56"] = new ResNetSpec(BlocksPerStage: 9),
        ["resnet110"] = new ResNetSpec(BlocksPerStage: 18),
        ["vgg16"] = new VggSpec(2, 2, 3, 3, 3),
        ["vgg19"] = new VggSpec(2, 2, 4, 4, 4),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The shortcuts that backbones of that name come with, the usual one first; "" for those without.</summary>
    /// <exception cref="PteeFormatException">No backbone has that name.</exception>
    public static IReadOnlyList<string> Shortcuts(string name) => Spec(name).Shortcuts;

    /// <exception cref="PteeFormatException">No backbone has that name, or an option is out of range.</exception>
    public static Backbone Build(Architecture architecture)
    {
        var spec = Spec(architecture.Name);
        Check("classes", architecture.Classes, 2, MaxClasses);
        Check("input size", architecture.InputSize, spec.SmallestInput, MaxInputSize);
        if (!spec.Shortcuts.Contains(architecture.Shortcut))
        {
            throw new PteeFormatException(
                $"{architecture.Name}: shortcut is '{architecture.Shortcut}', expected {string.Join(" or ", spec.Shortcuts.Order().Select(name => name.Length > 0 ? name : "none"))}");
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

    private static IBackboneSpec Spec(string name) => ByName.TryGetValue(name, out var spec)
        ? spec
        : throw new PteeFormatException($"unknown architecture '{name}'; known: {string.Join(", ", Names)}");
}
