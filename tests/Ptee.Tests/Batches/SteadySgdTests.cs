using Ptee.Training.Batches;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Tests.Batches;

[Collection(Alone.Name)] // TorchSharp's own SGD, beside it.
public sealed class SteadySgdTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void It_steps_as_TorchSharp_s_does(double decay)
    {
        var expected = SteadyAdamTests.Steps(p => optim.SGD([p], 0.01, 0.9, weight_decay: decay, nesterov: true));
        var actual = SteadyAdamTests.Steps(p => new SteadySgd([p], 0.01, 0.9, decay));

        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Contains(actual, value => value < 0.9);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var still = new Parameter(ones(2));
        using var optimizer = new SteadySgd([still], 0.01, 0.9, 0.01);

        optimizer.step();

        Assert.Equal([1f, 1f], still.data<float>().ToArray());
    }
}
