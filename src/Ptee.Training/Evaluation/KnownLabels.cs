using System.Globalization;
using Ptee.Data;
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

    /// <summary>The run as it is, or without labels where they mean something else: then there is no accuracy to report.</summary>
    public static ClassifyReport Keep(ClassifyReport run, ImageSet images, IReadOnlyList<string> classes) => Fit(images, classes)
        ? run
        : run with { Images = [.. run.Images.Select(image => image with { Label = null })] };
}
