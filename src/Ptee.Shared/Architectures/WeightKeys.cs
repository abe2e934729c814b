namespace Ptee.Shared.Architectures;

/// <summary>The weights that layers have, by PyTorch's keys and in PyTorch's order, without a tensor.</summary>
public static class WeightKeys
{
    /// <returns>Keys and shapes, in the order in which the layers come.</returns>
    public static IEnumerable<KeyValuePair<string, int[]>> Of(Backbone backbone) =>
        backbone.Blocks.SelectMany(block => Of(block.Body, ""));

    private static IEnumerable<KeyValuePair<string, int[]>> Of(Layer layer, string prefix) => layer switch
    {
        Row row => Parts(row, prefix),
        Concat concat => Parts(concat.Body, prefix),
        Residual { Shortcut: var shortcut } residual =>
            Parts(residual.Body, prefix).Concat(shortcut is null ? [] : Of(shortcut.Layer, $"{prefix}{shortcut.Name}.")),
        Conv conv =>
        [
            new($"{prefix}weight", [conv.Out, conv.In / conv.Groups, conv.Kernel, conv.Kernel]),
            .. conv.Bias ? [new($"{prefix}bias", [conv.Out])] : (KeyValuePair<string, int[]>[])[],
        ],
        BatchNorm norm => ((string[])["weight", "bias", "running_mean", "running_var"])
            .Select(name => KeyValuePair.Create($"{prefix}{name}", (int[])[norm.Channels])),
        Linear linear => [new($"{prefix}weight", [linear.Out, linear.In]), new($"{prefix}bias", [linear.Out])],
        _ => [],
    };

    private static IEnumerable<KeyValuePair<string, int[]>> Parts(Row row, string prefix) =>
        row.Parts.SelectMany(part => Of(part.Layer, part.Name.Length == 0 ? prefix : $"{prefix}{part.Name}."));
}
