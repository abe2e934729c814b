using Ptee.Training.Batches;

namespace Ptee.Tests.BackboneTraining;

public sealed class EpochRandomTests
{
    /// <summary>Written down once: a sequence that another process would not have, is noticed here.</summary>
    [Fact]
    public void The_same_seed_and_epoch_give_the_same_numbers_in_every_process() => Assert.Equal(
        new Random(1_000_003 + 2).Next(), EpochRandom.Of(seed: 1, epoch: 2).Next());
}
