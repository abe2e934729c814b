using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.Batches;

/// <summary>Stochastic gradient descent with Nesterov's momentum, computed with tensors alone for <see cref="SteadyAdam"/>'s reason.</summary>
/// <remarks>Source: Sutskever et al. 2013, in the form of PyTorch's optimizer, whose states are saved and read.</remarks>
internal sealed class SteadySgd(IEnumerable<Parameter> parameters, double learningRate, double momentum, double weightDecay)
    : SGD(parameters, learningRate, momentum, weight_decay: weightDecay, nesterov: true)
{
    public override Tensor step(Func<Tensor>? closure = null)
    {
        var loss = closure?.Invoke();
        using var mode = no_grad();
        foreach (var group in _parameter_groups)
        {
            var options = (Options)group.Options;
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    using var scope = NewDisposeScope();
                    Step(parameter, gradient, (State)_state[parameter.Handle], options, group.LearningRate);
                }
            }
        }

        return loss!;
    }

    private static void Step(Parameter parameter, Tensor gradient, State state, Options options, double rate)
    {
        var momentum = Number(options.momentum!.Value);
        var descent = gradient + (parameter * Number(options.weight_decay!.Value));
        if (state.momentum_buffer is null)
        {
            state.momentum_buffer = descent.clone().DetachFromDisposeScope();
        }
        else
        {
            state.momentum_buffer.mul_(momentum).add_(descent);
        }

        parameter.sub_((descent + (state.momentum_buffer * momentum)) * Number(rate));
    }

    private static Tensor Number(double value) => tensor((float)value);
}
