namespace Ptee.CommandLine;

/// <summary>The name that somebody meant who mistyped it.</summary>
internal static class Nearest
{
    private const int LettersAFault = 3;

    /// <returns>A question to go on a message with; empty where no name is near.</returns>
    public static string Hint(string word, IReadOnlyList<string> names)
    {
        var near = names.Where(name => name.Length > 2).Select(name => (name, Faults: Faults(word, name))).MinBy(found => found.Faults);
        return near.name is not null && near.Faults <= Math.Max(1, near.name.Length / LettersAFault) ? $"; did you mean '{near.name}'?" : "";
    }

    /// <summary>Letters to put in, leave out, change, or change with their neighbour.</summary>
    private static int Faults(string word, string name)
    {
        var rows = new int[word.Length + 1, name.Length + 1];
        for (var i = 0; i <= word.Length; i++)
        {
            for (var j = 0; j <= name.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (word[i - 1] == name[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[word.Length, name.Length];
    }
}
