using System.Globalization;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Reports;

namespace Ptee.Training.Evaluation;

/// <summary>Whether a set's labels and a model's classes are the same thing: numbers alone do not say so.</summary>
public static class KnownLabels
{
    /// <summary>The same names in the same order; a model whose classes are only numbers is taken at its word.</summary>
    public static bool Fit(ImageSet images, IReadOnlyList<string> classes) =>
        images.HasLabels
        && (images.Classes.SequenceEqual(classes)
            || classes.Index().All(item => item.Item == item.Index.ToString(CultureInfo.InvariantCulture)));

    /// <summary>What training with labels asks for.</summary>
    /// <exception cref="PteeFormatException">The set has no labels, or they are not the model's classes.</exception>
    public static void Require(ImageSet images, IReadOnlyList<string> classes)
    {
        if (!images.HasLabels)
        {
            throw new PteeFormatException($"{images.Name}: its pictures have no labels, and a loss that does not freeze the backbone learns from labels");
        }

        var unknown = Enumerable.Range(0, images.Count).Select(images.LabelOf).FirstOrDefault(label => label >= classes.Count, -1);
        if (unknown >= 0 || !Fit(images, classes))
        {
            throw new PteeFormatException(
                $"{images.Name}: its classes are {Names(images.Classes)}{(unknown >= 0 ? $", a picture has label {unknown}" : "")}; expected the model's: {Names(classes)}");
        }
    }

    /// <summary>The run as it is, or without labels where they mean something else: then there is no accuracy to report.</summary>
    public static ClassifyReport Keep(ClassifyReport run, ImageSet images, IReadOnlyList<string> classes) => Fit(images, classes)
        ? run
        : run with { Images = [.. run.Images.Select(image => image with { Label = null })] };

    private static string Names(IReadOnlyList<string> classes) => classes.Count > 0 ? string.Join(", ", classes) : "not named";
}
