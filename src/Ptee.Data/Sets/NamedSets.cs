using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>The data sets known by name. Adding one is a file like <see cref="Cifar10"/> and a line here.</summary>
internal static class NamedSets
{
    public const string DefaultPart = "test";

    public static IReadOnlyList<NamedSet> All { get; } = [Cifar10.Set, FashionMnist.Set, Svhn.Set];

    /// <summary>What the labels of each set mean, in its order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> AllClasses { get; } = [Cifar10.Classes, FashionMnist.Classes, Svhn.Classes];

    /// <summary>For messages.</summary>
    public static string Known =>
        $"{string.Join(", ", All.Select(set => set.Name))} (each with :train, :heldout or :test), or a path";

    /// <returns>Null when the name before the colon is no set's: it may be a path.</returns>
    /// <exception cref="PteeFormatException">The set is known, its part is not.</exception>
    public static (NamedSet Set, SetPart Part)? Find(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var setName = colon < 0 ? name : name[..colon];
        var partName = colon < 0 ? DefaultPart : name[(colon + 1)..];
        if (All.FirstOrDefault(set => set.Name == setName) is not { } found)
        {
            return null;
        }

        return found.Parts.FirstOrDefault(part => part.Name == partName) is { } foundPart
            ? (found, foundPart)
            : throw new PteeFormatException(
                $"'{setName}' has no part '{partName}'; known: {string.Join(", ", found.Parts.Select(p => p.Name))}");
    }
}
