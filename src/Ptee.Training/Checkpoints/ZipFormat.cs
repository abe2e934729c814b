using System.IO.Compression;
using System.Text;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Pickles;
using Ptee.Training.Checkpoints.Tensors;

namespace Ptee.Training.Checkpoints;

/// <summary>
/// What <c>torch.save</c> writes since version 1.6: a zip with <c>NAME/data.pkl</c>, one <c>NAME/data/KEY</c> a
/// storage, and perhaps <c>NAME/byteorder</c>.
/// </summary>
/// <remarks>Source: pytorch, torch/serialization.py, <c>_save</c> and <c>_load</c>.</remarks>
internal static class ZipFormat
{
    private const string Pickle = "/data.pkl";

    public static IReadOnlyDictionary<string, Weight> Read(byte[] file)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
            return Read(new ZipEntries(zip));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException
            or NotSupportedException or OverflowException)
        {
            // Whatever System.IO.Compression and its stream may throw at damaged bytes.
            throw new PteeFormatException($"the zip is damaged: {Printable.Line(exception.Message)}", exception);
        }
    }

    private static IReadOnlyDictionary<string, Weight> Read(ZipEntries entries)
    {
        var folder = FindFolder(entries.Names);
        CheckByteOrder(entries, $"{folder}/byteorder");
        var storages = new StorageTable();
        var pickle = new PickleInput(entries.Read($"{folder}{Pickle}", CheckpointLimits.MaxPickleBytes));
        var root = new PickleMachine(pickle, storages).Run();
        return WeightLoader.Load(
            StateDict.Find(root), storage => entries.ReadExactly($"{folder}/data/{storage.Key}", storage));
    }

    private static string FindFolder(IEnumerable<string> names)
    {
        var pickles = names
            .Where(name => name.EndsWith(Pickle, StringComparison.Ordinal) && name.Count(c => c == '/') == 1)
            .ToArray();
        return pickles is [var only]
            ? only[..^Pickle.Length]
            : throw new PteeFormatException($"the zip has {pickles.Length} entries named */data.pkl, expected one");
    }

    private static void CheckByteOrder(ZipEntries entries, string name)
    {
        // Before torch 2.1 there was no such entry, and little-endian was meant.
        if (!entries.Names.Contains(name))
        {
            return;
        }

        var order = Encoding.UTF8.GetString(entries.Read(name, CheckpointLimits.MaxNoteBytes)).Trim();
        if (order != "little")
        {
            throw new PteeFormatException($"the values' byte order is {Printable.Quote(order)}, expected 'little'");
        }
    }
}
