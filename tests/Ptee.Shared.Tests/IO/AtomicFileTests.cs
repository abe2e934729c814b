using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-io-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_write_that_fails_leaves_what_was_there_and_nothing_else()
    {
        var path = Path.Combine(_folder, "report.json");
        AtomicFile.WriteText(path, "before");

        Assert.Throws<PteeFormatException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("the disk is full");
        }));

        Assert.Equal("before", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder))));
    }

    /// <summary>.NET names the file that it wrote to.</summary>
    [Fact]
    public void A_full_disk_is_told_of_the_file_that_the_user_named()
    {
        var path = Path.Combine(_folder, "report.json");

        var message = Assert.Throws<PteeFormatException>(() => AtomicFile.Write(
            path, stream => throw new IOException($"No space left on device : '{((FileStream)stream).Name}'"))).Message;

        Assert.Equal($"{path}: cannot be written: No space left on device : '{path}'", message);
    }

    [Fact]
    public void Where_nothing_can_be_written_is_known_before_anything_is()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "x");

        AtomicFile.RequireWritable(Path.Combine(_folder, "file"));
        AtomicFile.RequireWritable(Path.Combine(_folder, "missing", "report.json"));
        AtomicFile.RequireWritable("/dev/null");
        AtomicFile.RequireWritableFolder(Path.Combine(_folder, "missing"));
        Assert.EndsWith(": a folder, expected a file", Refused(_folder), StringComparison.Ordinal);
        Assert.EndsWith(": a folder, expected a file", Refused(Path.Combine(_folder, "missing/")), StringComparison.Ordinal);
        Assert.EndsWith("file: a file, expected a folder", Refused(Path.Combine(_folder, "file", "x", "report.json")), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder));

        static string Refused(string path) => Assert.Throws<PteeFormatException>(() => AtomicFile.RequireWritable(path)).Message;
    }

    [Fact]
    public void A_message_names_the_file_and_not_the_temporary_one()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "no /proc here"); // Nobody can make a file there, root neither.

        string[] messages =
        [
            Assert.Throws<PteeFormatException>(() => AtomicFile.WriteText("/proc/report.json", "x")).Message,
            Assert.Throws<PteeFormatException>(() => AtomicFile.RequireWritable("/proc/report.json")).Message,
            Assert.Throws<PteeFormatException>(() => AtomicFile.RequireWritableFolder("/proc/report.json/")).Message,
        ];

        Assert.All(messages, message =>
        {
            Assert.StartsWith("/proc/report.json: cannot be written: ", message, StringComparison.Ordinal);
            Assert.DoesNotContain(".tmp", message, StringComparison.Ordinal);
        });
        Assert.StartsWith(
            "/proc/a: the folder cannot be made: ", Assert.Throws<PteeFormatException>(() => AtomicFile.WriteText("/proc/a/report.json", "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_may_be_as_long_as_the_file_system_allows()
    {
        var path = Path.Combine(_folder, new string('a', 255));

        AtomicFile.WriteText(path, "x");

        Assert.Equal("x", File.ReadAllText(path));
    }

    [Fact]
    public void Files_in_memory_are_files()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "no /dev/shm here");
        var path = $"/dev/shm/ptee-{Guid.NewGuid():N}";
        try
        {
            AtomicFile.WriteText(path, "long");
            AtomicFile.WriteText(path, "a");

            Assert.Equal("a", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_device_stays_a_device()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "no /dev/null here");

        AtomicFile.WriteText("/dev/null", "a report that nobody wants");

        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.Empty(File.ReadAllText("/dev/null"));
    }
}
