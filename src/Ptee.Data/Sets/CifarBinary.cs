using Ptee.Data.Fetching;
using Ptee.Data.Imaging;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data.Sets;

/// <summary>CIFAR-10's binary layout: records of one label byte and 3,072 bytes CHW, no header.</summary>
internal static class CifarBinary
{
    public const int PixelBytes = ImageSet.Channels * DataSets.NamedSize * DataSets.NamedSize;

    public const int RecordBytes = 1 + PixelBytes;

    /// <summary>2 GB: about 650,000 records, what one array holds.</summary>
    private const int MaxFileBytes = 2_000_000_000;

    /// <summary>Reads a file that somebody has; any whole number of records.</summary>
    /// <exception cref="PteeFormatException">It is no such file.</exception>
    public static ImageSet Load(string path)
    {
        var content = BoundedReader.ReadFile(path, MaxFileBytes, path);
        return Parse(path, [new DataFile(Printable.Message(Path.GetFileName(path)), content.Length, "")], [content]);
    }

    /// <param name="name">The set's name.</param>
    /// <param name="files">Names and sizes of what <paramref name="contents"/> will give.</param>
    /// <exception cref="PteeFormatException">A size is no whole number of records, or a label is over 9.</exception>
    public static ImageSet Parse(string name, IReadOnlyList<DataFile> files, IEnumerable<byte[]> contents)
    {
        foreach (var file in files)
        {
            if (file.Bytes == 0 || file.Bytes % RecordBytes != 0)
            {
                throw new PteeFormatException(
                    $"{file.Name}: {file.Bytes} bytes, expected a multiple of {RecordBytes} (CIFAR-10 records)");
            }
        }

        var count = checked((int)files.Sum(file => file.Bytes / RecordBytes));
        var pixels = new byte[count * PixelBytes];
        var labels = new int[count];
        var image = 0;
        foreach (var (file, content) in files.Zip(contents))
        {
            for (var at = 0; at < content.Length; at += RecordBytes, image++)
            {
                labels[image] = content[at] < Cifar10.Classes.Count ? content[at] : throw new PteeFormatException(
                    $"{file.Name}: label {content[at]} in record {at / RecordBytes}, expected 0 to 9");
                content.AsSpan(at + 1, PixelBytes).CopyTo(pixels.AsSpan(image * PixelBytes));
            }
        }

        return new ImageSet(name, DataSets.NamedSize, pixels, labels, Cifar10.Classes);
    }
}
