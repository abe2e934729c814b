using System.Security.Cryptography;
using System.Text.Json;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints;

/// <summary>
/// Weights in several safetensors files, and the JSON index that says in which of them each tensor is:
/// <c>{"metadata": {…}, "weight_map": {"conv1.weight": "model-00001-of-00002.safetensors", …}}</c>.
/// </summary>
internal static class SafetensorsShards
{
    private const string Map = "weight_map";

    /// <param name="path">The index's; the files that it names are beside it.</param>
    /// <exception cref="PteeFormatException">It is no index, names a file elsewhere, or a file lacks a tensor.</exception>
    /// <exception cref="IOException">A file is not there or cannot be read.</exception>
    public static Checkpoint Read(byte[] index, string path)
    {
        var byFile = ReadMap(index, path).GroupBy(entry => entry.Value, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (byFile.Length > CheckpointLimits.MaxShards)
        {
            throw new PteeFormatException($"{path}: names {byFile.Length} files, expected at most {CheckpointLimits.MaxShards}");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(index);
        var tensors = new List<KeyValuePair<string, StoredTensor>>();
        var bytes = 0L;
        foreach (var group in byFile)
        {
            var shard = Path.Combine(Path.GetDirectoryName(path)!, RequirePlain(group.Key, path));
            bytes += new FileInfo(shard) is { Exists: true } file ? file.Length : 0;
            if (bytes > CheckpointLimits.MaxFileBytes)
            {
                throw new PteeFormatException($"{path}: its files have more than {CheckpointLimits.MaxFileBytes} bytes together");
            }

            tensors.AddRange(ReadShard(shard, [.. group.Select(entry => entry.Key)], hash));
        }

        return new Checkpoint(
            path, $"safetensors in {byFile.Length} files", Convert.ToHexStringLower(hash.GetHashAndReset()),
            [new StateDict("", [.. tensors.OrderBy(tensor => tensor.Key, DottedOrder.Instance)], IsOrdered: false)]);
    }

    private static KeyValuePair<string, StoredTensor>[] ReadShard(
        string shard, HashSet<string> named, IncrementalHash hash)
    {
        var file = CheckpointFile.Read(shard);
        hash.AppendData(file);
        var tensors = Safetensors.Index(file, shard).Where(tensor => named.Contains(tensor.Key)).ToArray();
        return tensors.Length == named.Count
            ? tensors
            : throw new PteeFormatException(
                $"{shard}: lacks {Printable.Quote(named.Except(tensors.Select(tensor => tensor.Key)).First())}, "
                + "which the index says it has");
    }

    private static Dictionary<string, string> ReadMap(byte[] index, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(index);
            var map = json.RootElement.TryGetProperty(Map, out var element)
                ? element.Deserialize<Dictionary<string, string>>()
                : null;
            return map is { Count: > 0 } && map.Values.All(name => name is not null)
                ? map
                : throw new PteeFormatException(
                    $"{path}: expected a checkpoint, or an index of safetensors files with a {Map}; got other JSON");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new PteeFormatException($"{path}: not an index of safetensors files: {Printable.Line(exception.Message)}", exception);
        }
    }

    /// <summary>A name and no path: a file that the index names lies beside it.</summary>
    private static string RequirePlain(string name, string path) =>
        name.Length > 0 && name is not ("." or "..") && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c))
            ? name
            : throw new PteeFormatException($"{path}: names {Printable.Quote(name)}, expected the name of a file beside it; refused");
}
