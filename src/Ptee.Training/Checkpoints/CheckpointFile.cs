using Ptee.Shared;
using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints;

/// <summary>A file's bytes, within the limit.</summary>
internal static class CheckpointFile
{
    /// <summary>Reads it whole, but not before its first bytes say that it may be a checkpoint: it can have gigabytes of nothing.</summary>
    /// <exception cref="PteeFormatException">It is of another kind, too large, or may not be read.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static byte[] Read(string path)
    {
        using var stream = Open(path);
        var head = new byte[Math.Min(stream.Length, FileKind.Looked)];
        stream.ReadExactly(head);
        var most = FileKind.Require(head, stream.Length, path) == CheckpointFormat.Index
            ? WeightLimits.MaxHeaderBytes
            : CheckpointLimits.MaxFileBytes;
        if (stream.Length > most)
        {
            throw new PteeFormatException($"{path}: has {stream.Length} bytes, expected at most {most}");
        }

        var file = new byte[stream.Length];
        head.CopyTo(file, 0);
        stream.ReadExactly(file.AsSpan(head.Length));
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
}
