using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class JsonFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("ptee-json-").FullName, "thing.json");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Theory]
    [InlineData("{}", "line 1: expected 'name', 'parts'")]
    [InlineData("[]", "line 1: expected another kind of value")]
    [InlineData("{\n\"name\": 3, \"parts\": []}", "$.name, line 2: expected another kind of value")]
    [InlineData("{\"name\": null, \"parts\": []}", "$.name, line 1: expected another kind of value")]
    [InlineData("{\"name\": \"a\", \"parts\": [1, \"x\"]}", "$.parts[1], line 1: expected another kind of value")]
    [InlineData("", "line 1: it ends too early")]
    [InlineData("null", "expected an object, got null")]
    public void What_is_wrong_is_said_without_types_of_dotnet(string text, string says)
    {
        File.WriteAllText(_file, text);

        Assert.Equal($"{_file}: {says}", Assert.Throws<PteeFormatException>(() => JsonFile.Read<Thing>(_file)).Message);
    }

    [Fact]
    public void What_is_written_is_read()
    {
        JsonFile.Write(_file, new Thing("a", [1, 2]));

        var read = JsonFile.Read<Thing>(_file);
        Assert.Equal("a", read.Name);
        Assert.Equal([1, 2], read.Parts);
    }

    private sealed record Thing(string Name, int[] Parts);
}
