using System.Globalization;
using Ptee.Data.Folders;
using Ptee.Data.Sets;
using Ptee.Shared.IO;

namespace Ptee.Data;

/// <summary>
/// Which classes of a model the classes of some pictures are: those of the same name. Where the model's have no names,
/// only numbers, the classes of a known data set are taken in its order. Any other is no class of the model.
/// </summary>
public sealed class ModelClasses
{
    private readonly IReadOnlyList<string> _own;
    private readonly IReadOnlyList<string> _model;
    private readonly int[] _classes;

    /// <param name="own">What the pictures' labels mean; empty where they have none.</param>
    /// <param name="model">In the order of the model's outputs.</param>
    public ModelClasses(IReadOnlyList<string> own, IReadOnlyList<string> model)
    {
        (_own, _model) = (own, model);
        var byName = model.Index().GroupBy(item => item.Item).Where(same => same.Count() == 1)
            .ToDictionary(same => same.Key, same => same.Single().Index);
        var isInOrder = own.Count == model.Count && HasOnlyNumbers && NamedSets.AllClasses.Any(known => known.SequenceEqual(own));
        _classes = [.. own.Select((name, label) => isInOrder ? label : byName.GetValueOrDefault(name, ImageSet.NoLabel))];
    }

    private bool HasOnlyNumbers =>
        _model.Index().All(item => item.Item == item.Index.ToString(CultureInfo.InvariantCulture));

    /// <returns>The model's class; null where it has none such, or the picture has no label.</returns>
    public int? Of(int? label) =>
        label is { } own && own < _classes.Length && _classes[own] is not ImageSet.NoLabel and var known ? known : null;

    /// <summary>The same pictures with the model's classes as labels.</summary>
    public ImageSet Label(ImageSet images) =>
        images.WithLabels([.. Labels(images).Select(label => Of(label) ?? ImageSet.NoLabel)], _model);

    /// <summary>Says which of the pictures' classes are none of the model's.</summary>
    /// <returns>One line; null where all are.</returns>
    public string? Unknown(ImageSet images) => Unknown(images.Name, [.. Labels(images)]);

    /// <param name="name">Of the pictures.</param>
    /// <param name="labels">Of all of them.</param>
    /// <inheritdoc cref="Unknown(ImageSet)"/>
    public string? Unknown(string name, IReadOnlyCollection<int?> labels)
    {
        var unknown = labels.OfType<int>().Where(label => Of(label) is null).ToArray();
        if (unknown.Length == 0)
        {
            return null;
        }

        var classes = Words.List([.. unknown.Distinct().Order().Select(label => _own.ElementAtOrDefault(label) ?? "without a name")]);
        var hint = HasOnlyNumbers && unknown.Length == labels.Count
            ? ". The model's classes have no names; ptee import --labels gives them some"
            : "";
        return $"{Printable.Message(name)}: its classes are {Words.List(_own)}; expected the model's: {Words.List(_model)}. "
            + $"{unknown.Length} of {Words.Count(labels.Count, "picture")} {(unknown.Length == 1 ? "has" : "have")} no label ({classes}){hint}";
    }

    private static IEnumerable<int?> Labels(ImageSet images) => Enumerable.Range(0, images.Count).Select(images.LabelOf);
}
