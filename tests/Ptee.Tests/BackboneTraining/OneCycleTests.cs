using Ptee.Training.BackboneTraining;

namespace Ptee.Tests.BackboneTraining;

public sealed class OneCycleTests
{
    [Fact]
    public void The_rate_rises_to_its_peak_and_falls_to_nothing()
    {
        Assert.Equal(0.02, OneCycle.Rate(0, 0.2), 12);
        Assert.Equal(0.2, OneCycle.Rate(0.2, 0.2), 12);
        Assert.Equal(0.1, OneCycle.Rate(0.6, 0.2), 12);
        Assert.Equal(0, OneCycle.Rate(1, 0.2), 12);
    }
}
