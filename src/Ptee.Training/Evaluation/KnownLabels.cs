using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Training.Evaluation;

/// <summary>What learning from labels asks of pictures.</summary>
public static class KnownLabels
{
    /// <summary>For a network that is made for the pictures' own classes.</summary>
    /// <exception cref="PteeFormatException">A picture has no label.</exception>
    public static void Require(ImageSet images)
    {
        if (images.Labelled < images.Count)
        {
            throw new PteeFormatException(
                $"{Printable.Message(images.Name)}: {images.Count - images.Labelled} of {images.Count} pictures have no label, expected one folder a class and no pictures beside them");
        }
    }

    /// <summary>For a model that has classes already.</summary>
    /// <returns>The same pictures, with the model's classes as labels.</returns>
    /// <exception cref="PteeFormatException">A picture has no label, or one that is no class of the model.</exception>
    public static ImageSet Require(ImageSet images, IReadOnlyList<string> classes)
    {
        if (images.Labelled == 0)
        {
            throw new PteeFormatException(
                $"{Printable.Message(images.Name)}: its pictures have no labels, and a loss that does not freeze the backbone learns from labels");
        }

        Require(images);
        var known = new ModelClasses(images.Classes, classes);
        var labelled = known.Label(images);
        return labelled.Labelled == labelled.Count ? labelled : throw new PteeFormatException(known.Unknown(images)!);
    }
}
