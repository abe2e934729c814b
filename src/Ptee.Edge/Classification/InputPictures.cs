using Ptee.Data;

namespace Ptee.Edge.Classification;

/// <summary>
/// Pictures from everything that <see cref="DataSets"/> opens. Picture files are read one by one when their turn
/// comes, so that one that is damaged fails alone; data sets are opened whole.
/// </summary>
public static class InputPictures
{
    /// <param name="files">Picture files, folders of them, CIFAR-10 <c>.bin</c> and SVHN <c>.mat</c> files, named
    /// sets.</param>
    /// <param name="size">Rows and columns that the network takes.</param>
    /// <param name="classes">The model's, in its order: labels are places among them.</param>
    /// <param name="progress">Gets lines on what is left out and which labels are none of the model's, too.</param>
    /// <exception cref="Shared.PteeFormatException">One of them is nothing that can be opened.</exception>
    public static async Task<IEnumerable<InputPicture>> OpenAsync(
        IEnumerable<string> files,
        int size,
        IReadOnlyList<string> classes,
        string? dataRoot = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var sources = new List<IEnumerable<InputPicture>>();
        foreach (var file in files)
        {
            if (IsSet(file))
            {
                var set = await DataSets.OpenAsync(
                    file, dataRoot, size, progress: progress, cancellationToken: cancellationToken);
                var known = new ModelClasses(set.Classes, classes);
                Tell(known.Unknown(set), progress);
                sources.Add(Of(known.Label(set)));
            }
            else
            {
                sources.Add(Directory.Exists(file) ? FromFolder(file, size, classes, progress) : [FromFile(file, size)]);
            }
        }

        return sources.SelectMany(source => source);
    }

    public static IEnumerable<InputPicture> Of(ImageSet set) => Enumerable.Range(0, set.Count).Select(
        i => new InputPicture(set.NameOf(i), set.LabelOf(i), () => set.Pixels(i)));

    private static IEnumerable<InputPicture> FromFolder(
        string folder, int size, IReadOnlyList<string> classes, IProgress<DataProgress>? progress)
    {
        var listing = FolderListing.Of(folder, progress);
        var known = new ModelClasses(listing.Classes, classes);
        Tell(known.Unknown(folder, [.. listing.Pictures.Select(picture => picture.Label)]), progress);
        return listing.Pictures.Select(picture => FromFile(picture.Path, size, picture.Name, known.Of(picture.Label)));
    }

    /// <param name="name">What reports call it; null: its file name.</param>
    private static InputPicture FromFile(string path, int size, string? name = null, int? label = null) =>
        new(name ?? Path.GetFileName(path), label, () => Pictures.Read(path).ToSquare(size));

    private static void Tell(string? line, IProgress<DataProgress>? progress)
    {
        if (line is not null)
        {
            progress?.Report(new DataProgress(0, 0, line));
        }
    }

    /// <summary>What is nothing at all goes there too: <see cref="DataSets"/> says so best.</summary>
    private static bool IsSet(string file) =>
        DataSets.Names.Contains(file.Split(':')[0])
        || (!Directory.Exists(file) && (DataSets.IsSetFile(file) || !Path.Exists(file)));
}
