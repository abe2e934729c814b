namespace Ptee.Shared.Tests;

public sealed class ProcessMemoryTests
{
    [Theory]
    [InlineData("VmHWM:\t    1764 kB", 1764)]
    [InlineData("VmHWM:\t10000000 kB", 10_000_000)] // Eight digits fill the field: there is no space before them.
    public void The_kernel_s_line_is_read_whatever_its_padding(string line, long kib) => Assert.Equal(kib * 1024, ProcessMemory.BytesOf(line));

    [Fact]
    public void This_process_holds_memory_and_never_held_less() =>
        Assert.InRange(ProcessMemory.Resident(), 1 << 20, ProcessMemory.Peak() + (64 << 20));
}
