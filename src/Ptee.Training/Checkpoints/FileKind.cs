using System.Text;

namespace Ptee.Training.Checkpoints;

/// <summary>What a file is that is no checkpoint, in words that say what to do instead.</summary>
internal static class FileKind
{
    private const int Looked = 512; // Bytes.
    private const int BinaryShown = 8;

    public static string Describe(ReadOnlySpan<byte> file)
    {
        var start = Encoding.Latin1.GetString(file[..Math.Min(file.Length, Looked)]).TrimStart('\uFEFF', 'ï', '»', '¿', ' ', '\r', '\n', '\t');
        return file switch
        {
            [] => "an empty file",
            _ when start.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal) =>
                "a Git LFS pointer, which only says where the file is: run git lfs pull in its repository, or download the file itself",
            _ when IsPage(start) => "a web page: the download gave a page instead of the file; open the address in a browser to see why",
            _ when IsOnnx(file) => "an ONNX file, which cannot be imported: expected the weights that it was exported from, saved by torch.save(model.state_dict(), …)",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file (Keras): expected PyTorch's weights",
            [0x1F, 0x8B, ..] => "a gzip archive: unpack it first",
            _ when start.StartsWith('{') => "JSON that names no safetensors files",
            _ => $"{file.Length} bytes that begin {BitConverter.ToString(file[..Math.Min(file.Length, BinaryShown)].ToArray())}",
        };
    }

    private static bool IsPage(string start) =>
        ((string[])["<!doctype", "<html", "<head", "<?xml"]).Any(tag => start.StartsWith(tag, StringComparison.OrdinalIgnoreCase));

    /// <remarks>Protocol Buffers: field 1, a small version number, then the tag of a field from 2 to 8. Source: onnx.proto, ModelProto.</remarks>
    private static bool IsOnnx(ReadOnlySpan<byte> file) =>
        file is [0x08, > 0 and < 0x20, 0x12 or 0x1A or 0x22 or 0x28 or 0x32 or 0x3A or 0x42, ..];
}
