using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class FolderLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_is_changed_by_one_at_a_time()
    {
        using var first = FolderLock.TryTake(_folder);

        Assert.NotNull(first);
        Assert.Null(FolderLock.TryTake(_folder));
    }

    [Fact]
    public void Who_is_done_leaves_it_to_the_next()
    {
        FolderLock.TryTake(_folder)!.Dispose();

        using var next = FolderLock.TryTake(_folder);

        Assert.NotNull(next);
    }

    [Fact]
    public void A_folder_that_is_missing_is_made_and_goes_again_when_nothing_came_of_it()
    {
        var folder = Path.Combine(_folder, "new");

        using (FolderLock.TryTake(folder))
        {
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void What_was_written_into_a_new_folder_stays()
    {
        var folder = Path.Combine(_folder, "new");

        using (FolderLock.TryTake(folder))
        {
            File.WriteAllText(Path.Combine(folder, "result"), "x");
        }

        Assert.True(File.Exists(Path.Combine(folder, "result")));
    }
}
