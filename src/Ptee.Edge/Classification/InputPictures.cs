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
    /// <exception cref="Shared.PteeFormatException">One of them is nothing that can be opened.</exception>
    public static async Task<IEnumerable<InputPicture>> OpenAsync(
        IEnumerable<string> files,
        int size,
        string? dataRoot = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var sources = new List<IEnumerable<InputPicture>>();
        foreach (var file in files)
        {
            sources.Add(
                IsSet(file)
                    ? Of(await DataSets.OpenAsync(file, dataRoot, size, fetcher: null, progress, cancellationToken))
                    : Directory.Exists(file) ? PictureFolders.List(file, size) : [FromFile(file, size)]);
        }

        return sources.SelectMany(source => source);
    }

    public static IEnumerable<InputPicture> Of(ImageSet set) => Enumerable.Range(0, set.Count).Select(
        i => new InputPicture(set.NameOf(i), set.HasLabels ? set.LabelOf(i) : null, () => set.Pixels(i)));

    /// <param name="name">What reports call it; null: its file name.</param>
    internal static InputPicture FromFile(string path, int size, string? name = null, int? label = null) =>
        new(name ?? Path.GetFileName(path), label, () => Pictures.Read(path).ToSquare(size));

    /// <summary>What is nothing at all goes there too: <see cref="DataSets"/> says so best.</summary>
    private static bool IsSet(string file) =>
        DataSets.Names.Contains(file.Split(':')[0])
        || DataSets.IsSetFile(file)
        || !Path.Exists(file);
}
