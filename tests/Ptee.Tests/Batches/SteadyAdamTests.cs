using Ptee.Training.Batches;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Tests.Batches;

[Collection(Alone.Name)] // TorchSharp's own Adam, beside it.
public sealed class SteadyAdamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void It_steps_as_TorchSharp_s_does(double decay)
    {
        var (expected, actual) = (Steps(p => optim.Adam([p], 0.01, weight_decay: decay)), Steps(p => new SteadyAdam([p], 0.01, decay)));

        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Contains(actual, value => value < 0.9);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var still = new Parameter(ones(2));
        using var optimizer = new SteadyAdam([still], 0.01);

        optimizer.step();

        Assert.Equal([1f, 1f], still.data<float>().ToArray());
    }

    /// <summary>Twenty steps down from ones towards these targets.</summary>
    internal static float[] Steps(Func<Parameter, OptimizerHelper> create)
    {
        using var scope = NewDisposeScope();
        var (values, target) = (new Parameter(ones(4)), tensor(new[] { 0f, -1, 5, 1 }));
        var optimizer = create(values);
        for (var i = 0; i < 20; i++)
        {
            optimizer.zero_grad();
            (values - target).square().sum().backward();
            optimizer.step();
        }

        return values.detach().data<float>().ToArray();
    }
}
