using Ptee.Shared.IO;

namespace Ptee.Data.Folders;

/// <summary>Counts and lists in messages.</summary>
internal static class Words
{
    private const int MostNames = 12;

    /// <summary>With the plural's s where there are not one.</summary>
    public static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>The first twelve, and how many more there are.</summary>
    public static string List(IReadOnlyList<string> names, string separator = ", ", int most = MostNames)
    {
        var shown = string.Join(separator, names.Take(most).Select(Printable.Message));
        return names.Count > most ? $"{shown}{separator}and {names.Count - most} more" : shown;
    }
}
