using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;

namespace Ptee.Tests.Checkpoints;

/// <summary>Files that PyTorch wrote. The values were read with CPython's own pickle and struct modules.</summary>
public sealed class RealCheckpointTests
{
    [Fact]
    public void ResNet20_of_torch_0_4_is_read()
    {
        var (checkpoint, weights) = Read("resnet20-12fca82f.th");

        Assert.Equal("PyTorch legacy", checkpoint.Format);
        Assert.Equal("12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8", checkpoint.Sha256);
        Assert.Equal(97, weights.Count);
        Assert.Equal(271_098, weights.Values.Sum(weight => weight.Values.Length));
        Assert.Equal("16x3x3x3", weights["conv1.weight"].ToString());
        Assert.Equal([-0.13818146f, -0.16241768f, 0.8207383f], First(weights, "conv1.weight"));
        Assert.Equal("10x64", weights["linear.weight"].ToString());
        Assert.Equal([0.19355907f, -0.34310088f, 0.111205414f], First(weights, "linear.bias"));
        Assert.Equal("64x32x3x3", weights["layer3.0.conv1.weight"].ToString());
        Assert.Equal(-90.32955699108152, Sum(weights, "layer3.0.conv1.weight"), 1e-9);
    }

    [Fact]
    public void ResNet56_is_found_in_its_state_dict()
    {
        var (_, weights) = Read("resnet56-4bfd9763.th");

        Assert.Equal(277, weights.Count);
        Assert.Equal(857_082, weights.Values.Sum(weight => weight.Values.Length));
        Assert.Equal([-0.21604876f, -0.5368963f, -0.5563121f], First(weights, "conv1.weight"));
        Assert.Equal([2.4393137f, 2.3601911f, 4.3338814f], First(weights, "layer2.0.bn1.running_var"));
        Assert.Equal(-25.39932978003003, Sum(weights, "layer3.0.conv1.weight"), 1e-9);
    }

    [Fact]
    public void ResNet110_is_read_from_safetensors_and_written_again_without_a_change()
    {
        var (checkpoint, weights) = Read("resnet110-cifar10.safetensors");

        Assert.Equal("safetensors", checkpoint.Format);
        Assert.Equal("e7eb06c7e2c83716a84c3f63ae0994389b1e3bbb18ff612a7f54318219c90a15", checkpoint.Sha256);
        Assert.Equal(547, weights.Count);
        Assert.Equal("16x3x3x3", weights["conv1.weight"].ToString());
        Assert.Equal([-0.291884f, -0.2188517f, -0.1286319f], First(weights, "conv1.weight"));
        Assert.Equal([0.49436280f, -0.4235034f, -0.5515163f], First(weights, "linear.weight"));

        using var stream = new MemoryStream();
        Safetensors.Write(weights, stream);
        var again = Safetensors.Read(stream.ToArray(), "again");
        Assert.All(weights, pair => Assert.Equal(pair.Value.Values, again[pair.Key].Values));
    }

    [Theory]
    [InlineData("resnet20-12fca82f.th")]
    [InlineData("resnet110-cifar10.safetensors")]
    public void A_real_file_cut_short_at_every_fiftieth_is_refused_in_one_line(string name)
    {
        var file = File.ReadAllBytes(TestData.Folder("checkpoints", name));
        for (var part = 0; part < 50; part++)
        {
            var cut = file[..(int)((long)file.Length * part / 50)];

            var fault = Assert.Throws<PteeFormatException>(() => Checkpoint.Parse(cut, name));

            Assert.StartsWith($"{name}: ", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', fault.Message);
        }
    }

    private static (Checkpoint Checkpoint, IReadOnlyDictionary<string, Weight> Weights) Read(string name)
    {
        var checkpoint = Checkpoint.Read(TestData.Folder("checkpoints", name));
        var network = checkpoint.StateDicts.MaxBy(dict => dict.Tensors.Count)!;
        return (checkpoint, network.Tensors.Where(tensor => tensor.Value.Type.IsFloat).ToDictionary(
            tensor => tensor.Key.Replace("module.", "", StringComparison.Ordinal), tensor => tensor.Value.Read(), StringComparer.Ordinal));
    }

    private static float[] First(IReadOnlyDictionary<string, Weight> weights, string key) => weights[key].Values[..3];

    private static double Sum(IReadOnlyDictionary<string, Weight> weights, string key) => weights[key].Values.Sum(value => (double)value);
}
