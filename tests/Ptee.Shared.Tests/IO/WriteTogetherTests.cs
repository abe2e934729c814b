using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class WriteTogetherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-together-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_that_belong_together_are_written_all_or_none()
    {
        var (one, two) = (Path.Combine(_folder, "one"), Path.Combine(_folder, "two"));
        File.WriteAllText(one, "old");

        var fault = Assert.Throws<PteeFormatException>(() => AtomicFile.WriteTogether(
            (one, stream => stream.Write("new"u8)), (two, _ => throw new IOException("No space left on device"))));

        Assert.Equal($"{two}: cannot be written: No space left on device", fault.Message);
        Assert.Equal("old", File.ReadAllText(one));
        Assert.Equal([one], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Folders_that_were_made_for_a_file_that_fails_go_again()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "there"));

        Assert.Throws<PteeFormatException>(() => AtomicFile.Write(
            Path.Combine(_folder, "there", "a", "b", "file"), _ => throw new IOException("No space left on device")));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder, "there")));
        AtomicFile.Write(Path.Combine(_folder, "there", "a", "b", "file"), stream => stream.WriteByte(1));
        Assert.True(File.Exists(Path.Combine(_folder, "there", "a", "b", "file")));
    }
}
