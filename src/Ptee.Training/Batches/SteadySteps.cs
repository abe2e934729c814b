using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.Batches;

/// <summary>An optimizer's step with tensors alone.</summary>
/// <remarks>
/// TorchSharp 0.107 hands libtorch each number in an object that the garbage collector may free while libtorch still reads it, when another
/// thread makes it collect. Its optimizers do so several times for each parameter and step.
/// </remarks>
internal static class SteadySteps
{
    /// <summary>Calls <paramref name="update"/> for each parameter that has a gradient, without recording.</summary>
    public static Tensor Run(
        IEnumerable<ParamGroup> groups, Func<Tensor>? closure, Action<Parameter, Tensor, ParamGroup> update)
    {
        var loss = closure?.Invoke();
        using var mode = no_grad();
        foreach (var group in groups)
        {
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    using var scope = NewDisposeScope();
                    update(parameter, gradient, group);
                }
            }
        }

        return loss!;
    }

    /// <summary>A number as a tensor.</summary>
    public static Tensor Number(double value) => tensor((float)value);
}
