using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Grpc.Core;
using Ptee.Edge.Commands;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Tests.Data;

namespace Ptee.Tests.Edge.Commands;

public sealed class ClassifyCommandTests : IClassFixture<EdgeModel>, IDisposable
{
    private readonly EdgeModel _model;
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _bundle;
    private readonly string _pictures;

    public ClassifyCommandTests(EdgeModel model)
    {
        _model = model;
        _bundle = _folder["x.ptee"];
        BundleWriter.Write(model.Bundle, _bundle, BundleHalf.Whole);
        _pictures = Path.Combine(_folder.Path, "pictures");
        var images = EdgeModel.Images(3);
        for (var i = 0; i < images.Count; i++)
        {
            _folder.Write($"pictures/{i}.png", Ptee.Data.Pictures.PngBytes(images.Pixels(i), EdgeModel.Size));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prints_a_line_a_picture()
    {
        Assert.Equal(0, await RunAsync(_pictures, "--threshold", "0"));

        var exit = _model.Bundle.Manifest.Exits[0].Name;
        Assert.Equal(3, Lines(_output).Length);
        Assert.Matches($@"^0\.png  class\d  0\.\d\d  exit {exit}  edge  \d+\.\d ms$", Lines(_output)[0]);
        Assert.Matches(
            @"^ptee-edge: 3 pictures in \d+\.\d s: the device answered 3, 0 of them unsure; 0 failed$", Assert.Single(Lines(_error)));
    }

    [Fact]
    public async Task Without_a_server_the_last_exit_of_a_part_is_unsure_below_its_threshold()
    {
        var json = _folder["report.json"];

        Assert.Equal(0, await RunAsync(_pictures, "--split", "1", "--threshold", "1.01", "--json", json));

        Assert.All(Lines(_output), line => Assert.EndsWith(" ms  unsure", line, StringComparison.Ordinal));
        Assert.Contains("the device answered 3, 3 of them unsure; 0 failed", Assert.Single(Lines(_error)), StringComparison.Ordinal);
        var report = JsonFile.Read<ClassifyReport>(json);
        Assert.All(report.Images, image => Assert.Equal((true, false), (image.BelowThreshold, image.Degraded)));
        Assert.Equal(new AnsweredReport(0, 0, 0, 0, Unsure: 3), report.Answered);
    }

    [Fact]
    public async Task Without_a_server_a_sure_answer_of_a_part_is_not_marked()
    {
        Assert.Equal(0, await RunAsync(_pictures, "--split", "1", "--threshold", "0"));

        Assert.All(Lines(_output), line => Assert.EndsWith(" ms", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quiet_prints_neither_lines_nor_a_summary()
    {
        Assert.Equal(0, await RunAsync(_pictures, "--quiet"));

        Assert.Empty(Lines(_output));
        Assert.Empty(Lines(_error));
    }

    [Fact]
    public async Task Writes_the_report_that_scripts_read()
    {
        var json = _folder["report.json"];

        Assert.Equal(0, await RunAsync(_pictures, "--threshold", "1.01", "--json", json, "--quiet"));

        Assert.Empty(Lines(_output));
        var report = JsonFile.Read<ClassifyReport>(json);
        Assert.Equal(
            (_model.Bundle.Id, "onnx", "", 3, (long?)null, 0),
            (report.Bundle, report.Engine, report.Point, report.Split, report.BytesUp, report.Reconnects));
        Assert.Equal([0, 1, 2], report.Images.Select(image => image.Index));
        Assert.All(report.Images, image => Assert.Equal((EdgeModel.FinalExit, false), (image.Exit, image.BelowThreshold)));
        Assert.Equal((new AnsweredReport(Edge: 3, 0, 0, 0), false), (report.Answered, report.Stopped));
        Assert.True(report is { Seconds: > 0, PeakMemoryMb: > 10, LiveTensors: > 0 });
        Assert.Contains("\"class_name\"", await File.ReadAllTextAsync(json), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_in_the_report_what_moved_the_thresholds()
    {
        var (json, bundle) = (_folder["report.json"], _folder["curve.ptee"]);
        BundleWriter.Write(_model.Bundle.WithCurve(), bundle, BundleHalf.Whole);

        Assert.Equal(0, await RunAsync(_pictures, "--bundle", bundle, "--adapt", "--adapt-price", "0.25", "--json", json));

        var adaptation = JsonFile.Read<ClassifyReport>(json).Adaptation!;
        Assert.Equal((0.25, 3), (adaptation.Price, adaptation.Arms.Sum(arm => arm.Images)));
        Assert.All(adaptation.Arms, arm => Assert.Equal(3, arm.Thresholds.Length));
    }

    [Fact]
    public async Task Prints_json_lines_and_statistics()
    {
        Assert.Equal(0, await RunAsync(_pictures, "--jsonl", "--stats-every", "2", "--threads", "1"));

        var lines = Lines(_output);
        Assert.Equal(4, lines.Length);
        Assert.Matches("""^stats \{"images":2,"resident_bytes":\d+,"live_tensors":\d+,"allocated_bytes":\d+\}$""", lines[2]);
        Assert.Equal("0.png", JsonSerializer.Deserialize<ImageRecord>(lines[0], JsonFile.Options)!.Image);
    }

    [Fact]
    public async Task A_bad_picture_among_good_ones_costs_the_status_and_nothing_else()
    {
        _folder.Write("pictures/1.png", [1, 2, 3]);

        Assert.Equal(1, await RunAsync(_pictures));

        Assert.Equal(3, Lines(_output).Length);
        Assert.Equal(2, Lines(_error).Length);
        Assert.Contains("the device answered 2, 0 of them unsure; 1 failed", Lines(_error)[0], StringComparison.Ordinal);
        Assert.Contains("1 of 3", Lines(_error)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.png")]
    [InlineData("PICTURES", "--bogus")]
    [InlineData("PICTURES", "--threshold", "1.5")]
    [InlineData("PICTURES", "--batch", "0")]
    [InlineData("PICTURES", "--batch", "many")]
    [InlineData("PICTURES", "--point", "fast")]
    [InlineData("PICTURES", "--server", "ftp://x")]
    [InlineData("PICTURES", "--codec", "u4")]
    [InlineData("PICTURES", "--bundle", "PICTURES")]
    [InlineData("PICTURES", "--adapt")] // The bundle's curve has one point.
    [InlineData("PICTURES", "--adapt", "--threshold", "0.5")]
    [InlineData("PICTURES", "--adapt", "--gate", "margin")]
    [InlineData("PICTURES", "--adapt-price", "0.5")]
    [InlineData("PICTURES", "--bundle", "")]
    [InlineData("PICTURES", "--json", "/proc/x")] // Known before any picture is answered.
    [InlineData("PICTURES", "--adapt", "--adapt-price", "-1")]
    public async Task Wrong_input_is_one_line_and_status_1(params string[] args)
    {
        string[] given = [.. args.Select(arg => arg == "PICTURES" ? _pictures : arg)];

        Assert.Equal(1, await RunAsync(given));

        Assert.StartsWith("ptee-edge: ", Assert.Single(Lines(_error)), StringComparison.Ordinal);
        Assert.Empty(Lines(_output));
    }

    [Fact]
    public async Task What_the_device_is_not_sure_of_goes_to_the_server_and_bytes_are_counted()
    {
        var json = _folder["report.json"];
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);

        Assert.Equal(0, await RunAsync(
            _pictures, "--threshold", "1.01", "--server", server.Address.ToString(), "--codec", "u8", "--json", json));

        var report = JsonFile.Read<ClassifyReport>(json);
        Assert.All(report.Images, image => Assert.Equal(
            (ImageRecord.ServerTier, 8192, false), (image.Tier, image.PayloadBytes, image.BelowThreshold)));
        Assert.InRange(report.BytesUp!.Value, 3 * 8192, (3 * 8192) + 1500);
        Assert.InRange(report.BytesDown!.Value, 60, 1500);
        Assert.All(Lines(_output), line => Assert.Contains("exit backbone  server", line, StringComparison.Ordinal));
        Assert.EndsWith(
            string.Create(
                CultureInfo.InvariantCulture,
                $" s: the device answered 0, 0 of them degraded, and the server 3; 0 failed; {report.BytesUp:N0} bytes went to the server and {report.BytesDown:N0} came back"),
            Assert.Single(Lines(_error)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_degrades_every_image()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.Equal(0, await RunAsync(_pictures, "--threshold", "1.01", "--server", $"http://127.0.0.1:{port}"));

        Assert.Equal(3, Lines(_output).Count(line => line.EndsWith("  degraded", StringComparison.Ordinal)));
        Assert.Equal(2, Lines(_error).Length);
        Assert.Contains($"127.0.0.1:{port}", Lines(_error)[0], StringComparison.Ordinal);
        Assert.Contains("the device answered 3, 3 of them degraded, and the server 0; 0 failed", Lines(_error)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_another_bundle_is_one_line_with_both_ids_and_nothing_is_classified()
    {
        var other = new string('a', 64);
        await using var server = await new ScriptedServer(
            _ => throw new RpcException(new Status(StatusCode.FailedPrecondition, "another bundle")))
        {
            DescribedBundle = Convert.FromHexString(other),
        }.StartAsync();

        Assert.Equal(1, await RunAsync(_pictures, "--server", server.Address.ToString()));

        var line = Assert.Single(Lines(_error));
        Assert.Contains(other[..12], line, StringComparison.Ordinal);
        Assert.Contains(_model.Bundle.Id[..12], line, StringComparison.Ordinal);
        Assert.Empty(Lines(_output));
    }

    [Fact]
    public async Task Help_has_an_example()
    {
        Assert.Equal(0, await EdgeCommandLine.RunAsync(["classify", "--help"], _output, _error).Bounded());

        Assert.Contains("ptee-edge classify photos/ --bundle", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("--in-flight", _output.ToString(), StringComparison.Ordinal);
    }

    private static string[] Lines(StringWriter writer) =>
        writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<int> RunAsync(params string[] args)
    {
        string[] bundle = args.Contains("--bundle") ? [] : ["--bundle", _bundle];
        return EdgeCommandLine.RunAsync(["classify", .. args, .. bundle], _output, _error).Bounded();
    }
}
