using System.Globalization;
using System.Numerics;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Training.Checkpoints.Pickles;
using Ptee.Training.Checkpoints.Tensors;

namespace Ptee.Training.Checkpoints;

/// <summary>
/// What <c>torch.save</c> wrote before version 1.6: five pickles (magic number, protocol version, the machine, the
/// object, the storages' keys), then each storage as a count (i64) and its values.
/// </summary>
/// <remarks>Source: pytorch, torch/serialization.py, <c>_legacy_save</c> and <c>_legacy_load</c>.</remarks>
internal static class LegacyFormat
{
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger MagicNumber =
        BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <returns>Every dict of tensors in it.</returns>
    /// <exception cref="PteeFormatException">It is damaged, beyond a limit, or has none.</exception>
    public static IReadOnlyList<StateDict> Read(ReadOnlyMemory<byte> file)
    {
        var input = new PickleInput(file);
        CheckHead(input);
        var storages = new StorageTable();
        var root = new PickleMachine(input, storages).Run();
        var keys = PickleValue.As<List<object?>>(RunPlain(input), "the storages' keys");
        var located = Locate(input, keys, storages.ByKey);
        return StateDicts.Find(root, new StorageReader(storage => located[storage.Key]));
    }

    private static void CheckHead(PickleInput input)
    {
        if (RunPlain(input) is not BigInteger magic || magic != MagicNumber)
        {
            throw new PteeFormatException("expected torch.save's magic number first, got another value");
        }

        if (RunPlain(input) is not ProtocolVersion)
        {
            throw new PteeFormatException($"expected torch.save's version {ProtocolVersion} next, got another value");
        }

        var machine = PickleValue.As<PickleDict>(RunPlain(input), "the machine it was saved on");
        if (machine.Find("little_endian") is not true)
        {
            throw new PteeFormatException("expected a checkpoint saved on a little-endian machine");
        }
    }

    private static object? RunPlain(PickleInput input) => new PickleMachine(input, new StorageTable()).Run();

    /// <summary>Where each storage lies; nothing is copied.</summary>
    private static Dictionary<string, ReadOnlyMemory<byte>> Locate(
        PickleInput input, List<object?> keys, IReadOnlyDictionary<string, Storage> declared)
    {
        var located = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var entry in keys)
        {
            var key = PickleValue.As<string>(entry, "a storage's key");
            if (!declared.TryGetValue(key, out var storage))
            {
                throw new PteeFormatException($"storage {Printable.Quote(key)} is in the file, but no tensor has it");
            }

            var count = input.Int64();
            if (count != storage.Count)
            {
                throw new PteeFormatException($"{storage} has {count} values in the file");
            }

            if (!located.TryAdd(key, input.Take(storage.Bytes)))
            {
                throw new PteeFormatException($"{storage} is there twice");
            }
        }

        if (located.Count != declared.Count || input.Left > 0)
        {
            throw new PteeFormatException(
                $"{located.Count} of {declared.Count} storages and {input.Left} bytes left, expected all and none");
        }

        return located;
    }
}
