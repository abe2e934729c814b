namespace Ptee.Training.BackboneTraining;

/// <summary>A learning rate that rises in a straight line to its peak and then falls in a straight line to nothing.</summary>
/// <remarks>After Smith 2018, arXiv:1803.09820 (one cycle; momentum is left alone here).</remarks>
public static class OneCycle
{
    private const double WarmUp = 0.2;
    private const double First = 0.1;

    /// <param name="done">Fraction of all steps that are done, in [0, 1].</param>
    public static double Rate(double done, double peak) =>
        done < WarmUp
            ? peak * (First + ((1 - First) * done / WarmUp))
            : peak * (1 - done) / (1 - WarmUp);
}
