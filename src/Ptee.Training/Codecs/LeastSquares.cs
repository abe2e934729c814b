using static TorchSharp.torch;

namespace Ptee.Training.Codecs;

/// <summary>Linear predictions of levels and values, by least squares with a little ridge.</summary>
internal static class LeastSquares
{
    /// <param name="inputs">(N, K).</param>
    /// <param name="targets">(N, T).</param>
    /// <returns>(K + 1, T), 64 bits: weights, and the constant as the last row.</returns>
    public static Tensor Solve(Tensor inputs, Tensor targets)
    {
        var x = cat([inputs, ones(inputs.shape[0], 1)], dim: 1);
        var gram = x.t().matmul(x).to(ScalarType.Float64);
        var ridge = eye(gram.shape[0], dtype: ScalarType.Float64) * ((gram.trace() * 1e-5) + 1e-3);
        return linalg.solve(gram + ridge, x.t().matmul(targets).to(ScalarType.Float64));
    }
}
