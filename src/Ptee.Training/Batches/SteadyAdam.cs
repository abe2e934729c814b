using TorchSharp.Modules;
using static Ptee.Training.Batches.SteadySteps;
using static TorchSharp.torch;

namespace Ptee.Training.Batches;

/// <summary>Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1), computed with tensors alone; states are saved and read as TorchSharp's are.</summary>
/// <remarks>Why not TorchSharp's: <see cref="SteadySteps"/>.</remarks>
internal sealed class SteadyAdam(IEnumerable<Parameter> parameters, double learningRate, double weightDecay = 0)
    : Adam(parameters, learningRate, weight_decay: weightDecay)
{
    public override Tensor step(Func<Tensor>? closure = null) => SteadySteps.Run(
        _parameter_groups,
        closure,
        (parameter, gradient, group) =>
            Step(parameter, gradient, (State)_state[parameter.Handle], (Options)group.Options, group.LearningRate));

    private static void Step(Parameter parameter, Tensor gradient, State state, Options options, double rate)
    {
        state.step++;
        var (beta1, beta2) = (options.beta1!.Value, options.beta2!.Value);
        if (options.weight_decay is > 0 and var decay)
        {
            gradient = gradient - (parameter * Number(-decay));
        }

        state.exp_avg.lerp_(gradient, Number(1 - beta1));
        state.exp_avg_sq.lerp_(gradient * gradient, Number(1 - beta2));
        var scale = Number(1 / Math.Sqrt(1 - Math.Pow(beta2, state.step)));
        var root = (state.exp_avg_sq.sqrt() * scale) - Number(-options.eps!.Value);
        parameter.sub_(state.exp_avg / root * Number(rate / (1 - Math.Pow(beta1, state.step))));
    }
}
