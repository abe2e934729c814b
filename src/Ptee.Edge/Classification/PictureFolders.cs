using Ptee.Data;
using Ptee.Shared;

namespace Ptee.Edge.Classification;

/// <summary>
/// A folder's pictures in the order, and with the labels, of <see cref="DataSets"/>, but without reading them: there
/// a damaged one fails the folder.
/// </summary>
internal static class PictureFolders
{
    /// <summary>Flat, or one folder a class: label = place among the class folders.</summary>
    /// <exception cref="PteeFormatException">There are no pictures in it, or both kinds.</exception>
    public static IEnumerable<InputPicture> List(string folder, int size)
    {
        try
        {
            return ListFiles(folder, size);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PteeFormatException($"{folder}: cannot be read: {exception.Message}", exception);
        }
    }

    private static InputPicture[] ListFiles(string folder, int size)
    {
        var flat = PicturesIn(folder);
        string[][] classes = [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            .Select(PicturesIn).Where(files => files.Length > 0)];
        if ((flat.Length == 0) == (classes.Length == 0))
        {
            throw new PteeFormatException(
                $"{folder}: {(flat.Length == 0 ? "no pictures" : "pictures beside folders of pictures")}, "
                + "expected *.png, *.jpg, *.jpeg or *.webp, flat or one folder a class");
        }

        return flat.Length > 0
            ? [.. flat.Select(file => Picture(file, label: null))]
            : [.. classes.SelectMany((files, label) => files.Select(file => Picture(file, label)))];

        InputPicture Picture(string file, int? label) =>
            InputPictures.FromFile(file, size, Path.GetRelativePath(folder, file), label);
    }

    private static string[] PicturesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(Pictures.IsPictureName).Order(StringComparer.Ordinal)];
}
