using System.Security.Cryptography;
using Ptee.Shared;
using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints;

/// <summary>The weights of a network that somebody trained, read from the file that they saved.</summary>
/// <param name="Format">For people: <c>safetensors</c>, <c>PyTorch zip</c> or <c>PyTorch legacy</c>.</param>
/// <param name="Sha256">The file's hash, lower-case hex.</param>
/// <param name="Weights">By PyTorch's keys, without <c>module.</c>, as 32-bit floats.</param>
public sealed record Checkpoint(string Format, string Sha256, IReadOnlyDictionary<string, Weight> Weights)
{
    private const byte PickleStart = 0x80;
    private const int SafetensorsBrace = 8;

    /// <summary>
    /// Reads a checkpoint; its content says which format it has, not its name. A pickle cannot make this program run
    /// anything.
    /// </summary>
    /// <exception cref="PteeFormatException">Not a checkpoint, damaged, or beyond a limit.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Checkpoint Read(string path) => Parse(ReadFile(path), path);

    /// <param name="source">The file's name, for messages.</param>
    internal static Checkpoint Parse(byte[] file, string source)
    {
        var (format, weights) = file switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => ("PyTorch zip", Naming(source, () => ZipFormat.Read(file))),
            [PickleStart, ..] => ("PyTorch legacy", Naming(source, () => LegacyFormat.Read(file))),
            { Length: > SafetensorsBrace } when file[SafetensorsBrace] == (byte)'{' =>
                ("safetensors", Safetensors.Read(file, source)),
            _ => throw new PteeFormatException(
                $"{source}: expected a PyTorch checkpoint (.pth, .pt, .th) or safetensors, got {Describe(file)}"),
        };
        return new Checkpoint(format, Convert.ToHexStringLower(SHA256.HashData(file)), weights);
    }

    private static IReadOnlyDictionary<string, Weight> Naming(
        string source, Func<IReadOnlyDictionary<string, Weight>> read)
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

    private static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new PteeFormatException($"{path}: expected a checkpoint file, got a folder");
        }

        using var stream = Open(path);
        if (stream.Length > CheckpointLimits.MaxFileBytes)
        {
            throw new PteeFormatException(
                $"{path}: has {stream.Length} bytes, expected at most {CheckpointLimits.MaxFileBytes}");
        }

        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new PteeFormatException($"{path}: may not be read by this user", exception);
        }
    }

    private static string Describe(byte[] file) =>
        file.Length == 0
            ? "an empty file"
            : $"{file.Length} bytes that begin {BitConverter.ToString(file, 0, Math.Min(file.Length, 8))}";
}
