using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class RegularFileTests
{
    [Fact]
    public void A_file_is_opened_and_a_device_is_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no such files");

        using (var own = RegularFile.OpenRead(typeof(RegularFileTests).Assembly.Location))
        {
            Assert.True(own.Length > 0);
        }

        Assert.Equal("it is a device, expected a file", Assert.Throws<IOException>(() => RegularFile.OpenRead("/dev/null")).Message);
        Assert.Equal("there is no such file", Assert.Throws<IOException>(() => RegularFile.OpenRead("nowhere")).Message);
        Assert.Throws<UnauthorizedAccessException>(() => RegularFile.OpenRead("/"));
    }

    [Fact]
    public void A_name_that_is_not_utf8_is_called_that() => Assert.Equal(
        "its name is not UTF-8: rename it", Assert.Throws<IOException>(() => RegularFile.OpenRead("caf\uFFFD.png")).Message);
}
