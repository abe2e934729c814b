using Ptee.Shared.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>
/// What a latent's code would cost if each value came from its channel's logistic distribution, cut off at zero. Only the
/// training asks it: the code itself has tables that know the values around.
/// </summary>
/// <remarks>
/// Rates from noise in place of rounding: Ballé et al. 2016, arXiv:1611.01704, section 3.
/// </remarks>
internal sealed class LatentPrior : IDisposable
{
    private const string LocationsKey = "prior.locations";
    private const string ScalesKey = "prior.log_scales";
    private const float Rarest = 1e-6f;

    public LatentPrior(int channels)
    {
        Locations = new Parameter(zeros(1, channels, 1, 1));
        LogScales = new Parameter(zeros(1, channels, 1, 1));
    }

    public Parameter Locations { get; }

    public Parameter LogScales { get; }

    /// <param name="latent">(N, C, H, W), not negative.</param>
    /// <param name="steps">(N, 1, 1, 1): of each image's quantizer.</param>
    /// <returns>N: the bytes of each image's code.</returns>
    public Tensor Bytes(Tensor latent, Tensor steps)
    {
        var noisy = latent + ((rand_like(latent) - 0.5) * steps);
        var scales = LogScales.exp();
        var half = steps / 2;
        var upper = ((noisy + half - Locations) / scales).sigmoid();
        // All that would be below zero is zero.
        var lower = ((noisy - half - Locations) / scales).sigmoid() * (noisy > half).to(ScalarType.Float32);
        var bits = (upper - lower).clamp_min(Rarest).log2().neg();
        return bits.sum(dim: [1L, 2L, 3L]) / 8;
    }

    public IEnumerable<KeyValuePair<string, Weight>> CopyWeights()
    {
        yield return new(LocationsKey, Copy(Locations));
        yield return new(ScalesKey, Copy(LogScales));
    }

    /// <exception cref="KeyNotFoundException">They are not there.</exception>
    public void SetWeights(IReadOnlyDictionary<string, Weight> weights)
    {
        using var mode = no_grad();
        foreach (var (parameter, key) in new[] { (Locations, LocationsKey), (LogScales, ScalesKey) })
        {
            using var values = tensor(weights[key].Values, parameter.shape);
            parameter.copy_(values);
        }
    }

    public void Dispose()
    {
        Locations.Dispose();
        LogScales.Dispose();
    }

    private static Weight Copy(Parameter parameter) => new(
        [.. parameter.shape.Select(length => (int)length)], parameter.detach().data<float>().ToArray());
}
