using Ptee.Edge.Classification;
using Ptee.Shared.Reports;

namespace Ptee.Tests.Edge;

internal static class Records
{
    /// <summary>The whole run, in the input's order.</summary>
    public static async Task<ImageRecord[]> AllAsync(
        this SplitClassifier classifier, IEnumerable<InputPicture> pictures)
    {
        using var bound = new CancellationTokenSource(Waiting.Bound);
        var records = new List<ImageRecord>();
        await foreach (var record in classifier.ClassifyAsync(pictures, bound.Token))
        {
            records.Add(record);
        }

        return [.. records.OrderBy(record => record.Index)];
    }

    /// <summary>What is the same in every run.</summary>
    public static (int Index, int Class, int Exit, float Score) Said(this ImageRecord record) =>
        (record.Index, record.Class, record.Exit, (float)record.Score);
}
