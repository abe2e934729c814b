using System.Collections.Frozen;
using System.Text.Json;
using Ptee.Shared.IO;

namespace Ptee.Shared.Weights;

/// <summary>Reads the JSON at the head of a safetensors file. Messages do not name the file; the caller does.</summary>
internal static class SafetensorsHeader
{
    public const string Metadata = "__metadata__";

    // The object, a tensor in it, a list in that.
    private const int Depth = 3;

    private static readonly FrozenDictionary<string, ElementType> Types = new Dictionary<string, ElementType>
    {
        ["F64"] = ElementType.Float64,
        ["F32"] = ElementType.Float32,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["I64"] = ElementType.Int64,
        ["I32"] = ElementType.Int32,
        ["I16"] = ElementType.Int16,
        ["I8"] = ElementType.Int8,
        ["U64"] = ElementType.UInt64,
        ["U32"] = ElementType.UInt32,
        ["U16"] = ElementType.UInt16,
        ["U8"] = ElementType.UInt8,
        ["BOOL"] = ElementType.Bool,
    }.ToFrozenDictionary();

    /// <exception cref="PteeFormatException">Not JSON, not a header, or beyond a limit.</exception>
    public static IReadOnlyList<SafetensorsEntry> Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
            return ParseEntries(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's word for a string that is not UTF-8.
            throw new PteeFormatException($"the header is not JSON: {Printable.Line(exception.Message)}", exception);
        }
    }

    private static List<SafetensorsEntry> ParseEntries(ref Utf8JsonReader reader)
    {
        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        Expect(in reader, JsonTokenType.StartObject, "the header");
        while (NextName(ref reader) is { } name)
        {
            if (!names.Add(name))
            {
                throw new PteeFormatException($"tensor {Printable.Quote(name)} is there twice");
            }

            reader.Read();
            Expect(in reader, JsonTokenType.StartObject, Printable.Quote(name));
            if (name == Metadata)
            {
                reader.Skip();
                continue;
            }

            entries.Add(ParseEntry(ref reader, name));
            if (entries.Count > WeightLimits.MaxTensors)
            {
                throw new PteeFormatException($"expected at most {WeightLimits.MaxTensors} tensors, got more");
            }
        }

        reader.Read(); // Throws if anything but spaces follows.
        return entries;
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        ElementType? type = null;
        long[]? sizes = null;
        long[]? offsets = null;
        while (NextName(ref reader) is { } field)
        {
            reader.Read();
            switch (field)
            {
                case "dtype" when type is null:
                    type = ParseType(in reader, name);
                    break;
                case "shape" when sizes is null:
                    sizes = ParseNumbers(ref reader, name, field, WeightLimits.MaxRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, name, field, 2);
                    break;
                default:
                    throw Misfit(name, $"field {Printable.Quote(field)} (unknown, or there twice)");
            }
        }

        if (type is null || sizes is null || offsets is not [var begin, var end])
        {
            throw Misfit(name, "less");
        }

        var (shape, count) = WeightShape.Check($"tensor {Printable.Quote(name)}", sizes);
        return new SafetensorsEntry(name, type, shape, count, begin, end);
    }

    private static ElementType ParseType(in Utf8JsonReader reader, string name)
    {
        Expect(in reader, JsonTokenType.String, $"dtype of {Printable.Quote(name)}");
        var text = reader.GetString()!;
        return Types.TryGetValue(text, out var type)
            ? type
            : throw new PteeFormatException(
                $"tensor {Printable.Quote(name)} holds {Printable.Quote(text)}, expected F32, F16, BF16 or F64");
    }

    private static long[] ParseNumbers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        Expect(in reader, JsonTokenType.StartArray, $"{field} of {Printable.Quote(name)}");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0
                || numbers.Count == most)
            {
                throw new PteeFormatException(
                    $"tensor {Printable.Quote(name)}: {field} must be at most {most} whole numbers from 0 up");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <returns>The next property's name, null at the object's end.</returns>
    private static string? NextName(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;

    private static void Expect(in Utf8JsonReader reader, JsonTokenType expected, string what)
    {
        if (reader.TokenType != expected)
        {
            throw new PteeFormatException($"{what} is JSON {reader.TokenType}, expected {expected}");
        }
    }

    private static PteeFormatException Misfit(string name, string got) => new(
        $"tensor {Printable.Quote(name)} has {got}, expected dtype, shape and two data_offsets, once each");
}
