using Ptee.Data.Folders;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data;

/// <summary>
/// What a folder holds: its pictures, listed and not read. Those in its sub-folders are of a class each, called as the
/// folder; those beside them are of none. Names that begin with a dot are passed over; whatever else is not taken is
/// counted. Links are followed, and deeper folders are not entered.
/// </summary>
public sealed class FolderListing
{
    private FolderListing(string folder, IReadOnlyList<ListedPicture> pictures, IReadOnlyList<string> classes) =>
        (Folder, Pictures, Classes) = (folder, pictures, classes);

    public string Folder { get; }

    /// <summary>Beside the class folders first, then class by class; each part in the order of the files' names.</summary>
    public IReadOnlyList<ListedPicture> Pictures { get; }

    /// <summary>Folders with pictures, in the order of their names, or of their numbers where all are numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <param name="progress">Gets a line on what is left out, if anything is.</param>
    /// <exception cref="PteeFormatException">It cannot be read, or no picture is in it.</exception>
    public static FolderListing Of(string folder, IProgress<DataProgress>? progress = null)
    {
        var (top, leftOut) = (FolderEntries.Of(folder), new LeftOut());
        leftOut.Add(top.OtherFiles);
        var classes = new List<(string Name, IReadOnlyList<string> Files)>();
        foreach (var name in ClassOrder.Sorted(top.Folders))
        {
            if (Enter(folder, name, leftOut) is { Length: > 0 } files)
            {
                classes.Add((name, files));
            }
        }

        ListedPicture[] pictures =
        [
            .. top.Pictures.Select(file => new ListedPicture(Path.Combine(folder, file), file, Label: null)),
            .. classes.Index().SelectMany(own => own.Item.Files.Select(
                file => new ListedPicture(Path.Combine(folder, file), file, own.Index))),
        ];
        leftOut.AddBeside(classes.Count > 0 ? top.Pictures.Count : 0);
        if (pictures.Length == 0)
        {
            throw new PteeFormatException(string.Join(
                "; ",
                [$"{Printable.Message(folder)}: no pictures in it, expected PNG, JPEG or WebP files, flat or one folder a class", .. leftOut.Lines()]));
        }

        if (leftOut.Lines() is { Count: > 0 } lines)
        {
            progress?.Report(new DataProgress(0, 0, $"{Printable.Message(folder)}: {string.Join("; ", lines)}"));
        }

        return new FolderListing(folder, pictures, [.. classes.Select(own => own.Name)]);
    }

    /// <summary>Some of the pictures, in that order; the classes stay.</summary>
    public FolderListing Pick(IEnumerable<int> indexes) => new(Folder, [.. indexes.Select(i => Pictures[i])], Classes);

    /// <summary>
    /// Decodes the pictures into memory. Those that cannot be read are left out, and a line says which.
    /// </summary>
    /// <param name="size">What they are scaled and cut to, 1 to 1,024.</param>
    /// <exception cref="PteeFormatException">None can be read, or there are too many for the memory's limit.</exception>
    public ImageSet Read(
        int size, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FolderReader.Read(this, size, progress, cancellationToken);

    /// <returns>The class's pictures, from the folder on; null where it cannot be entered.</returns>
    private static string[]? Enter(string folder, string name, LeftOut leftOut)
    {
        FolderEntries entries;
        try
        {
            entries = FolderEntries.Of(Path.Combine(folder, name), name);
        }
        catch (PteeFormatException fault)
        {
            leftOut.AddFault(fault.Message);
            return null;
        }

        leftOut.Add(entries.OtherFiles);
        leftOut.AddDeeper(entries.Folders.Select(deeper => Path.Combine(name, deeper)));
        if (entries.Pictures.Count == 0)
        {
            leftOut.AddEmpty(name);
        }

        return [.. entries.Pictures.Select(file => Path.Combine(name, file))];
    }
}
