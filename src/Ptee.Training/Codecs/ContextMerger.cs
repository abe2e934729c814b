namespace Ptee.Training.Codecs;

/// <summary>Joins neighbouring rows of counts until few are left, each time the two that lose least by sharing probabilities.</summary>
internal static class ContextMerger
{
    /// <param name="counts">[row][symbol].</param>
    /// <returns>The first row of each of the contexts; where there are fewer, the number of rows.</returns>
    public static int[] Merge(long[][] counts, int contexts)
    {
        var groups = new List<(int First, long[] Counts)>();
        for (var row = 0; row < counts.Length; row++)
        {
            groups.Add((row, [.. counts[row]]));
        }

        var codeLengths = groups.ConvertAll(group => CodeLength(group.Counts));
        while (groups.Count > contexts)
        {
            var (best, least) = (0, double.PositiveInfinity);
            for (var i = 0; i + 1 < groups.Count; i++)
            {
                var loss = CodeLength(Sum(groups[i].Counts, groups[i + 1].Counts)) - codeLengths[i] - codeLengths[i + 1];
                if (loss < least)
                {
                    (best, least) = (i, loss);
                }
            }

            groups[best] = (groups[best].First, Sum(groups[best].Counts, groups[best + 1].Counts));
            codeLengths[best] = CodeLength(groups[best].Counts);
            groups.RemoveAt(best + 1);
            codeLengths.RemoveAt(best + 1);
        }

        return [.. groups.Select(group => group.First), .. Enumerable.Repeat(counts.Length, Math.Max(0, contexts - groups.Count))];
    }

    private static long[] Sum(long[] a, long[] b) => [.. a.Zip(b, (x, y) => x + y)];

    /// <summary>Bits of all symbols with their own frequencies.</summary>
    private static double CodeLength(long[] counts)
    {
        var total = counts.Sum();
        return counts.Where(count => count > 0).Sum(count => count * Math.Log2((double)total / count));
    }
}
