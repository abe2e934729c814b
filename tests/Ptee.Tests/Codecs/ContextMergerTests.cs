using Ptee.Training.Codecs;

namespace Ptee.Tests.Codecs;

public sealed class ContextMergerTests
{
    [Fact]
    public void Rows_that_are_alike_are_joined()
    {
        long[][] counts = [[90, 10], [91, 9], [89, 11], [10, 90], [11, 89], [50, 50]];

        Assert.Equal([0, 3, 5], ContextMerger.Merge(counts, contexts: 3));
        Assert.Equal([0, 3], ContextMerger.Merge(counts, contexts: 2));
        Assert.Equal([0], ContextMerger.Merge(counts, contexts: 1));
    }

    [Fact]
    public void Rows_without_counts_cost_nothing_to_join() =>
        Assert.Equal([0, 3], ContextMerger.Merge([[0, 0], [5, 1], [0, 0], [1, 5], [0, 0]], contexts: 2));

    [Fact]
    public void Fewer_rows_than_contexts_leave_the_last_ones_empty() =>
        Assert.Equal([0, 1, 2, 2], ContextMerger.Merge([[1, 9], [9, 1]], contexts: 4));
}
