using System.Security.Cryptography;
using Ptee.Shared;
using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints;

/// <summary>What somebody saved of a network: every dict of tensors in their file. Tensors are read when they are asked for.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="Format">For people: <c>safetensors</c>, <c>PyTorch zip</c> or <c>PyTorch legacy</c>.</param>
/// <param name="Sha256">Lower-case hex, of the file, or of an index and the files that it names, in their order.</param>
/// <param name="StateDicts">At least one, the outermost first.</param>
public sealed record Checkpoint(string Source, string Format, string Sha256, IReadOnlyList<StateDict> StateDicts)
{
    /// <summary>
    /// Reads a checkpoint; its content says which format it has, not its name. A pickle cannot make this program run
    /// anything.
    /// </summary>
    /// <exception cref="PteeFormatException">Not a checkpoint, damaged, or beyond a limit.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Checkpoint Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new PteeFormatException($"{path}: expected a checkpoint file, got a folder");
        }

        return Parse(CheckpointFile.Read(path), path);
    }

    /// <param name="source">The file's name, for messages; an index's files are beside it.</param>
    internal static Checkpoint Parse(byte[] file, string source)
    {
        var kind = FileKind.Require(file, file.Length, source);
        if (kind == CheckpointFormat.Index)
        {
            return SafetensorsShards.Read(file, source);
        }

        var (format, dicts) = kind switch
        {
            CheckpointFormat.Zip => ("PyTorch zip", Naming(source, () => ZipFormat.Read(file))),
            CheckpointFormat.Legacy => ("PyTorch legacy", Naming(source, () => LegacyFormat.Read(file))),
            _ => ("safetensors", [new StateDict("", Safetensors.Index(file, source), IsOrdered: false)]),
        };
        return new Checkpoint(source, format, Convert.ToHexStringLower(SHA256.HashData(file)), dicts);
    }

    private static IReadOnlyList<StateDict> Naming(string source, Func<IReadOnlyList<StateDict>> read)
    {
        try
        {
            return read();
        }
        catch (PteeFormatException fault)
        {
            throw new PteeFormatException($"{source}: {fault.Message}", fault);
        }
    }
}
