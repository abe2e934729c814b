using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data.Folders;

/// <summary>What lies in one folder, by names in ordinal order, without those that begin with a dot.</summary>
internal sealed record FolderEntries(
    IReadOnlyList<string> Pictures, IReadOnlyList<string> OtherFiles, IReadOnlyList<string> Folders)
{
    private const char Hidden = '.';

    /// <param name="name">What the message calls it; null: its path.</param>
    /// <exception cref="PteeFormatException">It cannot be read.</exception>
    public static FolderEntries Of(string folder, string? name = null)
    {
        try
        {
            var files = Names(Directory.EnumerateFiles(folder)).ToLookup(Data.Pictures.IsPictureName);
            return new FolderEntries([.. files[true]], [.. files[false]], [.. Names(Directory.EnumerateDirectories(folder))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var fault = exception is UnauthorizedAccessException
                ? "permission denied"
                : RegularFile.NameFault(folder) ?? Printable.Message(exception.Message);
            throw new PteeFormatException($"{Printable.Message(name ?? folder)}: the folder cannot be read: {fault}", exception);
        }
    }

    private static IOrderedEnumerable<string> Names(IEnumerable<string> paths) => paths
        .Select(path => Path.GetFileName(path))
        .Where(name => !name.StartsWith(Hidden))
        .Order(StringComparer.Ordinal);
}
