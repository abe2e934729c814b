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

        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("the disk is full");
        }));

        Assert.Equal("before", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder))));
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        var (target, link) = (Path.Combine(_folder, "run-7.json"), Path.Combine(_folder, "latest.json"));
        File.WriteAllText(target, "before");
        File.CreateSymbolicLink(link, target);

        AtomicFile.WriteText(link, "after");

        Assert.Equal(target, File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName);
        Assert.Equal("after", File.ReadAllText(target));
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
