namespace Ptee.Data.Imaging;

/// <summary>Which source pixels make one pixel of a scaled axis, and how much of each.</summary>
/// <param name="First">The first source pixel.</param>
/// <param name="Weights">One a source pixel from there; they sum to 1.</param>
internal readonly record struct Taps(int First, float[] Weights)
{
    /// <summary>
    /// For an axis of <paramref name="length"/> pixels, scaled so that the picture's shorter side becomes
    /// <paramref name="size"/>: the taps of the middle <paramref name="size"/> pixels.
    /// </summary>
    public static Taps[] ForCentre(int length, int shorter, int size)
    {
        var scaled = (int)((long)size * length / shorter);
        var offset = (int)Math.Round((scaled - size) / 2.0);
        var reduction = (double)length / scaled;
        var result = new Taps[size];
        for (var i = 0; i < size; i++)
        {
            result[i] = At((offset + i + 0.5) * reduction, Math.Max(reduction, 1), length);
        }

        return result;
    }

    /// <param name="centre">In source pixels; a pixel's own centre is at its index + 0.5.</param>
    /// <param name="reach">Where the triangle's weight comes to 0.</param>
    private static Taps At(double centre, double reach, int length)
    {
        var first = Math.Max(0, (int)(centre - reach + 0.5));
        var last = Math.Min(length, (int)(centre + reach + 0.5));
        var weights = new double[last - first];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Max(0, 1 - Math.Abs((first + i + 0.5 - centre) / reach));
        }

        var sum = weights.Sum();
        return new Taps(first, [.. weights.Select(weight => (float)(weight / sum))]);
    }
}
