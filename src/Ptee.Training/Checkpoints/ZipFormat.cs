using System.Text;
using Ptee.Shared;
using Ptee.Shared.IO;
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

    /// <returns>Every dict of tensors in it.</returns>
    /// <exception cref="PteeFormatException">It is damaged, beyond a limit, or has none.</exception>
    public static IReadOnlyList<StateDict> Read(byte[] file)
    {
        var entries = ZipEntries.Of(file);
        var folder = FindFolder(entries.Names);
        RequireNoScript(entries.Names, folder);
        CheckByteOrder(entries, $"{folder}/byteorder");
        var storages = new StorageTable();
        var pickle = new PickleInput(entries.Read($"{folder}{Pickle}", CheckpointLimits.MaxPickleBytes));
        var root = new PickleMachine(pickle, storages).Run();
        return StateDicts.Find(
            root, new StorageReader(storage => entries.ReadExactly($"{folder}/data/{storage.Key}", storage)));
    }

    private static string FindFolder(IEnumerable<string> names)
    {
        var pickles = names
            .Where(name => name.EndsWith(Pickle, StringComparison.Ordinal) && name.Count(c => c == '/') == 1)
            .ToArray();
        return pickles is [var only]
            ? only[..^Pickle.Length]
            : throw new PteeFormatException(
                $"the zip has {pickles.Length} entries named */data.pkl, expected one as torch.save writes it; "
                + "if a checkpoint was packed into this archive, unpack it first");
    }

    private static void RequireNoScript(IEnumerable<string> names, string folder)
    {
        if (names.Any(name => name == $"{folder}/constants.pkl" || name.StartsWith($"{folder}/code/", StringComparison.Ordinal)))
        {
            throw new PteeFormatException(
                "TorchScript, a program with its weights: load it with torch.jit.load, "
                + "and save its weights with torch.save(model.state_dict(), …)");
        }
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
