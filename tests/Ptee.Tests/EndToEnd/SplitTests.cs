using System.Globalization;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Tests.EndToEnd;

[Collection(Alone.Name)]
public sealed class SplitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-split-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_cut_with_f32_over_a_real_socket_answers_as_the_undivided_network_does()
    {
        var bundle = Bundle.Open(Programs.EmbeddedBundle);
        var whole = await ClassifyAsync();
        await using var server = await ServerProcess.StartAsync(Programs.EmbeddedBundle);

        for (var cut = 0; cut < bundle.Manifest.Cuts.Length; cut++)
        {
            var split = await ClassifyAsync(
                "--server", server.Address.ToString(), "--codec", "f32", "--split", cut.ToString(CultureInfo.InvariantCulture),
                "--deadline", "60000");

            Assert.Equal(1000, split.Length);
            Assert.Contains(split, record => record.Tier == ImageRecord.ServerTier);
            Assert.All(whole.Zip(split), pair =>
            {
                Assert.False(pair.Second.Degraded);
                Assert.Equal((pair.First.Index, pair.First.Exit, pair.First.Class), (pair.Second.Index, pair.Second.Exit, pair.Second.Class));
                Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-5);
            });
        }
    }

    private async Task<ImageRecord[]> ClassifyAsync(params string[] more)
    {
        var file = Path.Combine(_folder, "run.json");
        var run = await Programs.EdgeAsync(
            ["classify", Programs.EmbeddedImages, "--bundle", Programs.EmbeddedBundle, "--quiet", "--json", file, .. more]);
        Assert.True(run.Status == 0, run.Error);
        return [.. JsonFile.Read<ClassifyReport>(file).Images.OrderBy(record => record.Index)];
    }
}
