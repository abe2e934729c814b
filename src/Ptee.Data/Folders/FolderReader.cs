using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data.Folders;

/// <summary>From listed pictures to pixels in memory.</summary>
internal static class FolderReader
{
    private const int MostFaults = 10; // Named in a line; the others are counted.

    /// <inheritdoc cref="FolderListing.Read"/>
    public static ImageSet Read(
        FolderListing listing, int size, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var pictures = listing.Pictures;
        var one = ImageSet.Channels * size * size;
        if ((long)one * pictures.Count > Array.MaxLength)
        {
            throw new PteeFormatException(
                $"{Printable.Message(listing.Folder)}: {pictures.Count} pictures, at most {Array.MaxLength / one} of {size}x{size} fit in memory");
        }

        var pixels = new byte[one * pictures.Count];
        var (read, faults) = (new List<ListedPicture>(pictures.Count), new List<string>());
        var lengths = pictures.Select(picture => LengthOf(picture.Path)).ToArray();
        var (done, total) = (0L, lengths.Sum());
        foreach (var (i, picture) in pictures.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Pictures.Read(picture.Path, picture.Name).ToSquare(size).CopyTo(pixels, read.Count * one);
                read.Add(picture);
            }
            catch (PteeFormatException fault)
            {
                faults.Add(fault.Message);
            }

            done += lengths[i];
            progress?.Report(new DataProgress(done, total, $"reading {Words.Count(pictures.Count, "picture")}"));
        }

        if (faults.Count > 0)
        {
            Tell(listing, faults, read.Count, progress);
            Array.Resize(ref pixels, read.Count * one);
        }

        return new ImageSet(
            listing.Folder,
            size,
            pixels,
            listing.Classes.Count > 0 ? [.. read.Select(picture => picture.Label ?? ImageSet.NoLabel)] : null,
            listing.Classes,
            [.. read.Select(picture => picture.Name)])
        {
            Unreadable = faults.Count,
        };
    }

    private static void Tell(FolderListing listing, List<string> faults, int read, IProgress<DataProgress>? progress)
    {
        var total = listing.Pictures.Count;
        var named = Words.List(faults, "; ", MostFaults);
        if (read == 0)
        {
            throw new PteeFormatException(
                $"{Printable.Message(listing.Folder)}: none of {Words.Count(total, "picture")} can be read: {named}");
        }

        progress?.Report(new DataProgress(
            0, 0, $"{Printable.Message(listing.Folder)}: {faults.Count} of {total} pictures cannot be read and {(faults.Count == 1 ? "is" : "are")} left out: {named}"));
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
