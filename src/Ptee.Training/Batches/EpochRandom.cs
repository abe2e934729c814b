namespace Ptee.Training.Batches;

/// <summary>The random numbers of one epoch: order, crops and flips.</summary>
/// <remarks>
/// One sequence an epoch, the same in every process: a run that was stopped and gone on with sees the same batches. (The
/// platform's HashCode is seeded anew in each process, so it will not do.)
/// </remarks>
internal static class EpochRandom
{
    private const int Prime = 1_000_003;

    public static Random Of(int seed, int epoch) => new(unchecked((seed * Prime) + epoch));
}
