using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>
/// A folder of pictures. Pictures in it = no labels; pictures in its sub-folders = one class a folder, numbered in
/// the order of their names. Deeper folders and other files are left alone; names are sorted, so the order is stable.
/// </summary>
internal static class PictureFolder
{
    /// <exception cref="PteeFormatException">No pictures, both kinds at once, too many for the memory's limit, or one
    /// that cannot be read.</exception>
    public static ImageSet Load(string folder, int size, IProgress<DataProgress>? progress)
    {
        try
        {
            return LoadListed(folder, size, progress);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PteeFormatException($"{folder}: cannot be read: {e.Message}", e);
        }
    }

    private static ImageSet LoadListed(string folder, int size, IProgress<DataProgress>? progress)
    {
        var flat = PicturesIn(folder);
        var classes = Sorted(Directory.EnumerateDirectories(folder))
            .Select(path => (Name: Path.GetFileName(path), Files: PicturesIn(path)))
            .Where(c => c.Files.Length > 0)
            .ToArray();
        if ((flat.Length == 0) == (classes.Length == 0))
        {
            throw new PteeFormatException(flat.Length == 0
                ? $"{folder}: no pictures in it, expected *.png, *.jpg, *.jpeg or *.webp, flat or one folder a class"
                : $"{folder}: pictures beside folders of pictures ('{classes[0].Name}'), expected one or the other");
        }

        var files = flat.Length > 0 ? flat : [.. classes.SelectMany(c => c.Files)];
        var pixels = Read(folder, files, size, progress);
        string[] names = [.. files.Select(file => Path.GetRelativePath(folder, file))];
        return flat.Length > 0
            ? new ImageSet(folder, size, pixels, fileNames: names)
            : new ImageSet(
                folder,
                size,
                pixels,
                [.. classes.SelectMany((c, label) => c.Files.Select(_ => label))],
                [.. classes.Select(c => c.Name)],
                names);
    }

    private static byte[] Read(string folder, string[] files, int size, IProgress<DataProgress>? progress)
    {
        var one = ImageSet.Channels * size * size;
        if ((long)one * files.Length > Array.MaxLength)
        {
            throw new PteeFormatException(
                $"{folder}: {files.Length} pictures, at most {Array.MaxLength / one} of {size}x{size} fit in memory");
        }

        var pixels = new byte[one * files.Length];
        var total = files.Sum(file => new FileInfo(file).Length);
        var done = 0L;
        for (var i = 0; i < files.Length; i++)
        {
            Pictures.Read(files[i]).ToSquare(size).CopyTo(pixels, i * one);
            done += new FileInfo(files[i]).Length;
            progress?.Report(new DataProgress(done, total, $"reading {i + 1} of {files.Length} pictures"));
        }

        return pixels;
    }

    private static string[] PicturesIn(string folder) =>
        [.. Sorted(Directory.EnumerateFiles(folder).Where(Pictures.IsPictureName))];

    private static IOrderedEnumerable<string> Sorted(IEnumerable<string> paths) =>
        paths.Order(StringComparer.Ordinal);
}
