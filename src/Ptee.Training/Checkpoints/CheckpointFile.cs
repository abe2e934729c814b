using Ptee.Shared;

namespace Ptee.Training.Checkpoints;

/// <summary>A file's bytes, within the limit.</summary>
internal static class CheckpointFile
{
    /// <exception cref="PteeFormatException">It is too large, or may not be read.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static byte[] Read(string path)
    {
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
}
