namespace Ptee.Shared.Exits;

/// <summary>Class probabilities from logits, the same arithmetic on every tier and for every engine.</summary>
public static class Softmax
{
    /// <summary>Writes exp(logit − max) / sum into <paramref name="probabilities"/>.</summary>
    public static void Compute(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        var max = Max(logits);
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            probabilities[i] = MathF.Exp(logits[i] - max);
            sum += probabilities[i];
        }

        for (var i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] = (float)(probabilities[i] / sum);
        }
    }

    public static float Max(ReadOnlySpan<float> values) => values[ArgMax(values)];

    /// <summary>The first of the largest.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }

        return best;
    }
}
