using Ptee.CommandLine;
using Ptee.Data;

namespace Ptee.Cli.Commands;

/// <summary>Images to measure a model on, with its classes as labels.</summary>
internal static class LabelledImages
{
    /// <param name="images">The first so many; null: all.</param>
    /// <param name="classes">The model's.</param>
    /// <inheritdoc cref="DataSets.OpenAsync"/>
    public static async Task<ImageSet> OpenAsync(
        string name, string? root, int size, int? images, IReadOnlyList<string> classes, CancellationToken cancellationToken)
    {
        var set = await DataSets.OpenAsync(name, root, size, images, progress: new DownloadProgress(), cancellationToken: cancellationToken);
        return Labelled(set, classes);
    }

    /// <summary>The same images; where some are of no class of the model, a line on standard error says which.</summary>
    public static ImageSet Labelled(ImageSet set, IReadOnlyList<string> classes)
    {
        var known = new ModelClasses(set.Classes, classes);
        if (known.Unknown(set) is { } line)
        {
            Console.Error.WriteLine(line);
        }

        return known.Label(set);
    }
}
