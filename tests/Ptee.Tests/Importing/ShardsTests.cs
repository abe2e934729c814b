using System.Text.Json;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Tests.Data;
using Ptee.Training.Checkpoints;
using Ptee.Training.Folders;

namespace Ptee.Tests.Importing;

/// <summary>Safetensors in several files, with an index beside them.</summary>
public sealed class ShardsTests : IDisposable
{
    private static readonly Dictionary<string, Weight> First = new() { ["a"] = new([2], [1, 2]), ["c"] = new([1], [9]) };
    private static readonly Dictionary<string, Weight> Second = new() { ["b.10"] = new([1], [4]), ["b.9"] = new([1], [3]) };

    private readonly TempFolder _folder = new();

    public ShardsTests()
    {
        TorchRuntime.Initialize(threads: 1);
        ModelFolder.WriteWeights(_folder["model-00001-of-00002.safetensors"], First);
        ModelFolder.WriteWeights(_folder["model-00002-of-00002.safetensors"], Second);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_files_that_an_index_names_are_read_together()
    {
        var checkpoint = Checkpoint.Read(Index(
            ("b.10", "model-00002-of-00002.safetensors"), ("a", "model-00001-of-00002.safetensors"), ("b.9", "model-00002-of-00002.safetensors")));

        Assert.Equal("safetensors in 2 files", checkpoint.Format);
        Assert.Equal(["a", "b.9", "b.10"], Assert.Single(checkpoint.StateDicts).Tensors.Select(tensor => tensor.Key));
        Assert.Equal([4], checkpoint.StateDicts[0].Tensors[2].Value.Read().Values);
    }

    [Theory]
    [InlineData("../model-00001-of-00002.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("sub/model.safetensors")]
    [InlineData("sub\\model.safetensors")]
    [InlineData("C:model.safetensors")]
    public void An_index_cannot_name_a_file_elsewhere(string file) => Assert.Contains(
        $"names '{file}', expected the name of a file beside it; refused",
        Assert.Throws<PteeFormatException>(() => Checkpoint.Read(Index(("a", file)))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_tensor_that_is_not_where_the_index_says_is_named() => Assert.EndsWith(
        "model-00002-of-00002.safetensors: lacks 'a', which the index says it has",
        Assert.Throws<PteeFormatException>(() => Checkpoint.Read(Index(("a", "model-00002-of-00002.safetensors")))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Contains(
        "gone.safetensors", Assert.ThrowsAny<IOException>(() => Checkpoint.Read(Index(("a", "gone.safetensors")))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"weight_map\": {}}")]
    [InlineData("{\"weight_map\": 3}")]
    [InlineData("{\"weight_map\": {\"a\": null}}")]
    [InlineData("{\"weight_map\": {\"a\": 3}}")]
    [InlineData("{\"weight_map\"")]
    public void Json_that_is_no_index_is_refused_in_one_line(string json)
    {
        File.WriteAllText(_folder["x.json"], json);

        var message = Assert.Throws<PteeFormatException>(() => Checkpoint.Read(_folder["x.json"])).Message;

        Assert.StartsWith($"{_folder["x.json"]}: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private string Index(params (string Key, string File)[] map)
    {
        var path = _folder["model.safetensors.index.json"];
        File.WriteAllText(path, JsonSerializer.Serialize(new { metadata = new { }, weight_map = map.ToDictionary(entry => entry.Key, entry => entry.File) }));
        return path;
    }
}
