using System.Text;
using Ptee.Shared;

namespace Ptee.Training.Checkpoints;

/// <summary>What a file is, by its first bytes; and in words that say what to do instead where it is no checkpoint.</summary>
internal static class FileKind
{
    /// <summary>Bytes that are looked at, at most.</summary>
    public const int Looked = 512;

    private const int Shown = 8; // Of bytes that nobody knows.
    private const byte PickleStart = 0x80;
    private const int SafetensorsBrace = 8; // After the header's length.

    /// <param name="head">The file's first bytes, or all of them.</param>
    /// <param name="length">Of the whole file.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="PteeFormatException">No checkpoint begins so.</exception>
    public static CheckpointFormat Require(ReadOnlySpan<byte> head, long length, string source) => head switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => CheckpointFormat.Zip,
        [PickleStart, ..] => CheckpointFormat.Legacy,
        { Length: > SafetensorsBrace } when head[SafetensorsBrace] == (byte)'{' => CheckpointFormat.Safetensors,
        _ when head.TrimStart(" \r\n\t"u8) is [(byte)'{', ..] => CheckpointFormat.Index,
        _ => throw new PteeFormatException(
            $"{source}: expected a PyTorch checkpoint (.pth, .pt, .th) or safetensors, got {Describe(head, length)}"),
    };

    private static string Describe(ReadOnlySpan<byte> head, long length)
    {
        var start = Encoding.UTF8.GetString(head[..Math.Min(head.Length, Looked)]).TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        return head switch
        {
            [] => "an empty file",
            _ when start.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal) =>
                "a Git LFS pointer, which only says where the file is: run git lfs pull in its repository, or download the file itself",
            _ when IsPage(start) =>
                "a web page: the download gave a page instead of the file; open the address in a browser to see why",
            _ when IsOnnx(head) =>
                "an ONNX file, which cannot be imported: expected the weights that it was made from, "
                + "as torch.save(model.state_dict(), …) saves them",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file (Keras): expected PyTorch's weights",
            [0x1F, 0x8B, ..] => "a gzip archive: unpack it first",
            _ => $"{length} bytes that begin {BitConverter.ToString(head[..Math.Min(head.Length, Shown)].ToArray())}",
        };
    }

    private static bool IsPage(string start) =>
        ((string[])["<!doctype", "<html", "<head", "<?xml"]).Any(tag => start.StartsWith(tag, StringComparison.OrdinalIgnoreCase));

    /// <remarks>
    /// Protocol Buffers: field 1, a small version number, then the tag of a field from 2 to 8. Source: onnx.proto, ModelProto.
    /// </remarks>
    private static bool IsOnnx(ReadOnlySpan<byte> head) =>
        head is [0x08, > 0 and < 0x20, 0x12 or 0x1A or 0x22 or 0x28 or 0x32 or 0x3A or 0x42, ..];
}
