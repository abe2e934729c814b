using Ptee.Model.Native;
using Ptee.Tests.EndToEnd;

namespace Ptee.Tests.Model;

/// <summary>What libtorch itself would write to standard error is not for the person who uses Ptee.</summary>
public sealed class NnpackTests
{
    private const int RecordBytes = 3073; // Of a CIFAR-10 file.

    [Fact]
    public void Libtorch_has_the_call_that_turns_it_off()
    {
        TorchRuntime.Initialize();

        Assert.True(Nnpack.TryTurnOff());
    }

    [Fact]
    public async Task A_single_picture_on_the_torch_engine_leaves_standard_error_empty()
    {
        var picture = Path.Combine(Path.GetTempPath(), $"ptee-nnpack-{Guid.NewGuid():N}.bin");
        await File.WriteAllBytesAsync(picture, (await File.ReadAllBytesAsync(Programs.EmbeddedImages))[..RecordBytes]);
        try
        {
            var run = await Programs.EdgeAsync("classify", picture, "--bundle", Programs.EmbeddedBundle, "--engine", "torch", "--quiet");

            Assert.Equal((0, ""), (run.Status, run.Error));
        }
        finally
        {
            File.Delete(picture);
        }
    }
}
