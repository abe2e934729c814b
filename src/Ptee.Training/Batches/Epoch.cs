namespace Ptee.Training.Batches;

/// <summary>One pass over the images: a new order, cut into batches, and the random numbers for crops and flips.</summary>
/// <remarks>
/// One sequence an epoch, the same in every process: a run that was stopped and gone on with sees the same batches. (The
/// platform's HashCode is seeded anew in each process, so it will not do.)
/// </remarks>
internal sealed class Epoch
{
    private const int Prime = 1_000_003;
    private readonly int[] _order;
    private readonly int _batchSize;

    /// <param name="images">How many there are; what fills no batch at the end is left out this time.</param>
    public Epoch(int seed, int epoch, int images, int batchSize)
    {
        Random = new Random(unchecked((seed * Prime) + epoch));
        _order = [.. Enumerable.Range(0, images)];
        Random.Shuffle(_order);
        _batchSize = Math.Min(batchSize, images);
        Batches = images / _batchSize;
    }

    public Random Random { get; }

    public int Batches { get; }

    /// <summary>Indexes of the images in <paramref name="batch"/>.</summary>
    public int[] this[int batch] => _order[(batch * _batchSize)..((batch + 1) * _batchSize)];
}
