using System.Net;
using System.Net.Sockets;
using Ptee.Shared.Bundles;

namespace Ptee.Tests.EndToEnd;

/// <summary>Wrong input gets one line that names the thing, and exit status 1.</summary>
[Collection(Alone.Name)]
public sealed class WrongInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-wrong-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("import nowhere.pth --arch resnet20 -o out", "nowhere.pth")]
    [InlineData("import $text --arch resnet20 -o out", "text.bin")]
    [InlineData("import $text --arch resnet21 -o out", "resnet21")]
    [InlineData("verify $text", "text.bin: not a bundle")]
    [InlineData("inspect nowhere.ptee", "nowhere.ptee: not found")]
    [InlineData("data get mnist", "unknown data set 'mnist'; known: cifar10, fashion-mnist, svhn")]
    [InlineData("eval $bundle --data nowhere", "'nowhere' is neither a file, a folder nor a data set")]
    [InlineData("eval $bundle --data $images --point best", "unknown operating point 'best'")]
    [InlineData("eval $bundle --data $images --threshold 7", "--threshold is '7', expected a number from 0 to 1.01")]
    [InlineData("eval $bundle --data $images --adapt --threshold 0.5", "expected no --threshold")]
    [InlineData("eval $bundle --data $images --adapt-price 0.5", "expected --adapt with it")]
    [InlineData("eval $bundle --data $images --adapt --adapt-price -1", "--adapt-price is '-1', expected a number from 0 to 100")]
    [InlineData("eval . --data $images --adapt", "expected a bundle (.ptee) with --adapt")]
    [InlineData("eval $bundle --data $images --engine tpu", "unknown engine 'tpu'")]
    [InlineData("pack nowhere -o x.ptee", "backbone.json: not found; expected a model's folder")]
    [InlineData("train nowhere", "backbone.json: not found")]
    [InlineData("eval $bundle --threads 100000", "--threads is '100000', expected a whole number from 0 to 256")]
    [InlineData("eval $bundle --threshold high", "--threshold is 'high', expected a number from 0 to 1.01 (")]
    [InlineData("eval $bundle --plots $text", "text.bin: a file, expected a folder")]
    [InlineData("place nowhere --exits many", "--exits is 'many', expected a whole number from 1 to 64 (")]
    [InlineData("demo --bundle nowhere.ptee", "nowhere.ptee: not found")]
    [InlineData("demo --point best", "unknown operating point 'best'")]
    public async Task Ptee_says_what_is_wrong_in_one_line(string command, string says)
    {
        var run = await Programs.PteeAsync(Arguments(command));

        Assert.StartsWith("ptee: ", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(says, run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("classify $images --bundle $text", "text.bin: not a bundle")]
    [InlineData("classify nowhere.png --bundle $bundle", "nowhere.png")]
    [InlineData("classify $images --bundle $bundle --codec zip", "unknown codec 'zip'; known: bottleneck, bottleneck-2, bottleneck-3, bottleneck-4, f32, quant, u8, raw, png, webp, jpeg:Q, webp:Q")]
    [InlineData("classify $images --bundle $bundle --threads many", "--threads is 'many', expected a whole number from 0 to 256 (")]
    [InlineData("classify $images --bundle $bundle --gate dice", "unknown gate 'dice'")]
    [InlineData("classify $images --bundle $bundle --split 17", "split 17: expected 0 to 3")]
    public async Task The_edge_says_what_is_wrong_in_one_line(string command, string says) =>
        Assert.Contains(says, (await Programs.EdgeAsync(Arguments(command))).ErrorLine, StringComparison.Ordinal);

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var run = await Programs.ServerAsync("--bundle", Programs.EmbeddedBundle, "--urls", $"http://127.0.0.1:{port}");

        Assert.Contains($"{port}", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_bundle_s_server_is_refused_with_both_ids()
    {
        var other = Path.Combine(_folder, "other.ptee");
        BundleWriter.Write(TestBundles.Random(), other, BundleHalf.Whole);
        await using var server = await ServerProcess.StartAsync(other);

        var run = await Programs.EdgeAsync(
            "classify", Programs.EmbeddedImages, "--bundle", Programs.EmbeddedBundle, "--server", server.Address.ToString());

        Assert.Contains(Bundle.Open(other).Id[..12], run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(Bundle.Open(Programs.EmbeddedBundle).Id[..12], run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_none_fails_alone()
    {
        var pictures = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName;
        await File.WriteAllTextAsync(Path.Combine(pictures, "bad.png"), "not a picture");
        await File.WriteAllBytesAsync(Path.Combine(pictures, "good.png"), Ptee.Data.Pictures.PngBytes(new byte[3 * 32 * 32], 32));

        var run = await Programs.EdgeAsync("classify", pictures, "--bundle", Programs.EmbeddedBundle);

        Assert.Contains("bad.png", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("good.png", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.Status);
    }

    private string[] Arguments(string command)
    {
        var text = Path.Combine(_folder, "text.bin");
        File.WriteAllText(text, "this is text");
        return [.. command.Split(' ').Select(word => word switch
        {
            "$text" => text,
            "$bundle" => Programs.EmbeddedBundle,
            "$images" => Programs.EmbeddedImages,
            "out" => Path.Combine(_folder, "out"),
            _ => word,
        })];
    }
}
