using System.Globalization;

namespace Ptee.Data.Folders;

/// <summary>In which order a folder's classes are numbered.</summary>
internal static class ClassOrder
{
    /// <summary>By number where all names are whole numbers, else by name, byte by byte: the same on every machine.</summary>
    public static IReadOnlyList<string> Sorted(IReadOnlyList<string> names)
    {
        var numbers = names.Select(Number).ToArray();
        return numbers.All(number => number is not null)
            ? [.. names.Zip(numbers).OrderBy(pair => pair.Second).ThenBy(pair => pair.First, StringComparer.Ordinal).Select(pair => pair.First)]
            : [.. names.Order(StringComparer.Ordinal)];
    }

    private static long? Number(string name) =>
        long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
