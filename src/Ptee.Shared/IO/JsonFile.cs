using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ptee.Shared.IO;

/// <summary>Small JSON files with names in snake case, read within a limit and written whole.</summary>
public static partial class JsonFile
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
            throw new PteeFormatException($"{path}: {Plain(exception)}", exception);
        }
    }

    public static void Write<T>(string path, T value) => AtomicFile.Write(path, stream => Write(stream, value));

    public static void Write<T>(Stream stream, T value)
    {
        JsonSerializer.Serialize(stream, value, Options);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>In a user's words: the serializer names types of .NET.</summary>
    private static string Plain(JsonException exception)
    {
        var place = $"{(exception.Path is null or "$" ? "" : $"{exception.Path}, ")}line {(exception.LineNumber ?? 0) + 1}";
        return exception.Message switch
        {
            var message when MissingProperties().Match(message) is { Success: true } missing => $"{place}: expected {missing.Groups[1].Value}",
            var message when message.Contains("Ptee.", StringComparison.Ordinal) || message.Contains("System.", StringComparison.Ordinal) =>
                $"{place}: expected another kind of value",
            var message when message.Contains("isFinalBlock", StringComparison.Ordinal) => $"{place}: it ends too early",
            var message => message.ReplaceLineEndings(" "),
        };
    }

    [GeneratedRegex(@"missing required properties including: (.+?)\.?( Path: |$)")]
    private static partial Regex MissingProperties();
}
