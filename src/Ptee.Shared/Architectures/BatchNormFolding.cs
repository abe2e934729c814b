using Ptee.Shared.Weights;

namespace Ptee.Shared.Architectures;

/// <summary>
/// A batch norm that no longer learns is a scale and a shift for each channel, so one that follows a convolution goes into
/// its weights and bias: the same function with one pass over the features less. Others stay (DenseNet's come first).
/// </summary>
/// <remarks>
/// w' = w · γ / √(σ² + ε), b' = (b − μ) · γ / √(σ² + ε) + β. Source: Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.1,
/// with the statistics of inference. What is folded computes; it is not for counting, importing or packing.
/// </remarks>
public sealed class BatchNormFolding
{
    private const double Epsilon = 1e-5; // BatchNorm's own.
    private readonly IReadOnlyDictionary<string, Weight> _source;
    private readonly Dictionary<string, Weight> _folded = new(StringComparer.Ordinal);

    private BatchNormFolding(IReadOnlyDictionary<string, Weight> source) => _source = source;

    /// <param name="weights">All of the backbone's, by PyTorch's keys.</param>
    public static (Backbone Backbone, Dictionary<string, Weight> Weights) Fold(
        Backbone backbone, IReadOnlyDictionary<string, Weight> weights)
    {
        var folding = new BatchNormFolding(weights);
        Block[] blocks = [.. backbone.Blocks.Select(block => block with { Body = folding.Row(block.Body, "") })];
        return (backbone with { Blocks = blocks }, folding._folded);
    }

    /// <param name="prefix">What the row's keys begin with: <c>body.</c>.</param>
    /// <param name="weights">The row's own; others are passed over.</param>
    public static (Row Row, Dictionary<string, Weight> Weights) Fold(
        Row row, string prefix, IReadOnlyDictionary<string, Weight> weights)
    {
        var folding = new BatchNormFolding(weights);
        return (folding.Row(row, prefix), folding._folded);
    }

    private Row Row(Row row, string prefix)
    {
        var parts = new List<Named>();
        foreach (var part in row.Parts)
        {
            if (part.Layer is BatchNorm && parts.Count > 0 && parts[^1] is (var name, Conv conv))
            {
                parts[^1] = new Named(name, conv with { Bias = true });
                FoldInto(conv, prefix + name, prefix + part.Name);
            }
            else
            {
                parts.Add(Part(part, prefix));
            }
        }

        return new Row(parts);
    }

    private Named Part(Named part, string prefix)
    {
        var below = part.Name.Length == 0 ? prefix : $"{prefix}{part.Name}.";
        switch (part.Layer)
        {
            case Row row:
                return part with { Layer = Row(row, below) };
            case Concat concat:
                return part with { Layer = concat with { Body = Row(concat.Body, below) } };
            case Residual residual:
                var shortcut = residual.Shortcut is null ? null : Part(residual.Shortcut, below);
                return part with { Layer = residual with { Body = Row(residual.Body, below), Shortcut = shortcut } };
            default:
                Keep(part.Name.Length == 0 ? null : below); // Without a name there are no weights.
                return part;
        }
    }

    private void Keep(string? prefix)
    {
        foreach (var (key, weight) in _source.Where(entry => prefix is not null && entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            _folded[key] = weight;
        }
    }

    private void FoldInto(Conv conv, string key, string norm)
    {
        var (gamma, beta) = (_source[$"{norm}.weight"].Values, _source[$"{norm}.bias"].Values);
        var (mean, variance) = (_source[$"{norm}.running_mean"].Values, _source[$"{norm}.running_var"].Values);
        var before = conv.Bias ? _source[$"{key}.bias"].Values : new float[conv.Out];
        var source = _source[$"{key}.weight"];
        var (values, bias) = (new float[source.Values.Length], new float[conv.Out]);
        var each = values.Length / conv.Out;
        for (var channel = 0; channel < conv.Out; channel++)
        {
            var scale = gamma[channel] / Math.Sqrt(variance[channel] + Epsilon);
            bias[channel] = (float)(((before[channel] - mean[channel]) * scale) + beta[channel]);
            for (var i = channel * each; i < (channel + 1) * each; i++)
            {
                values[i] = (float)(source.Values[i] * scale);
            }
        }

        _folded[$"{key}.weight"] = new Weight(source.Shape, values);
        _folded[$"{key}.bias"] = new Weight([conv.Out], bias);
    }
}
