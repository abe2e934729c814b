using System.Text.Json;

namespace Ptee.Shared.IO;

/// <summary>Small JSON files with names in snake case, read within a limit and written whole.</summary>
public static class JsonFile
{
    private const int MaxBytes = 256 << 20; // A report on 100,000 images is 40 MB.

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        MaxDepth = 16,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="PteeFormatException">The file is missing, too large, or not what is expected.</exception>
    public static T Read<T>(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new PteeFormatException($"{path}: not found");
        }

        if (file.Length > MaxBytes)
        {
            throw new PteeFormatException($"{path}: {file.Length} bytes, expected at most {MaxBytes}");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options)
                ?? throw new PteeFormatException($"{path}: expected an object, got null");
        }
        catch (JsonException exception)
        {
            throw new PteeFormatException($"{path}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    public static void Write<T>(string path, T value) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(value, Options) + "\n");
}
