using TorchSharp.Modules;
using static Ptee.Training.Batches.SteadySteps;
using static TorchSharp.torch;

namespace Ptee.Training.Batches;

/// <summary>Stochastic gradient descent with Nesterov's momentum, computed with tensors alone for the reason that <see cref="SteadySteps"/> gives.</summary>
/// <remarks>Source: Sutskever et al. 2013, in the form of PyTorch's optimizer, whose states are saved and read.</remarks>
internal sealed class SteadySgd(IEnumerable<Parameter> parameters, double learningRate, double momentum, double weightDecay)
    : SGD(parameters, learningRate, momentum, weight_decay: weightDecay, nesterov: true)
{
    public override Tensor step(Func<Tensor>? closure = null) => SteadySteps.Run(
        _parameter_groups,
        closure,
        (parameter, gradient, group) =>
            Step(parameter, gradient, (State)_state[parameter.Handle], (Options)group.Options, group.LearningRate));

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
}
