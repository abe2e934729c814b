using System.IO.Compression;
using System.Security.Cryptography;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;

namespace Ptee.Shared.Tests.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read()
    {
        var bundle = PlainBundles.Create();

        var read = Bundle.Open(Written(bundle));

        Assert.Equal(bundle.Id, read.Id);
        Assert.Equal(bundle.Entries, read.Entries);
        Assert.Equal([4, 0, 1, 2], read.ExitWeights(0)["weight"].Values);
        Assert.Equal(bundle.Manifest.Cuts[1].Clips, read.Manifest.Cuts[1].Clips);
        Assert.Equal(bundle.Manifest.Points[0].Thresholds, read.Manifest.Points[0].Thresholds);
        Assert.Equal(bundle.Manifest.BackboneProvenance, read.Manifest.BackboneProvenance);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes() =>
        Assert.Equal(File.ReadAllBytes(Written(PlainBundles.Create(), "a")), File.ReadAllBytes(Written(PlainBundles.Create(), "b")));

    /// <summary>Without the tables that later versions have: read, written and joined, it stays what it was.</summary>
    [Fact]
    public void A_bundle_of_an_older_version_keeps_its_id_when_it_is_written_again()
    {
        var path = Written(PlainBundles.Create(), "new");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            var entry = zip.GetEntry(BundleEntries.Manifest)!;
            using var memory = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(memory);
            }

            entry.Delete();
            using var output = zip.CreateEntry(BundleEntries.Manifest).Open();
            // MessagePack: a map of eight with "quant" and "bottleneck" last and nil becomes a map of six.
            output.Write(Convert.FromHexString(Convert.ToHexString(memory.ToArray())
                .Replace("A5" + "7175616E74" + "C0" + "AA" + "626F74746C656E65636B" + "C0", "", StringComparison.Ordinal)
                .Replace("88" + "A5" + "626C6F636B", "86" + "A5" + "626C6F636B", StringComparison.Ordinal)));
        }

        var old = Bundle.Open(path);
        var again = Bundle.Open(Written(old, "again"));

        Assert.NotEqual(PlainBundles.Create().Id, old.Id);
        Assert.Null(old.Manifest.Cuts[0].Quant);
        Assert.Equal(old.Id, again.Id);
    }

    [Fact]
    public void Another_threshold_is_another_bundle()
    {
        var manifest = PlainBundles.Manifest();
        var other = manifest with { Points = [manifest.Points[0] with { Thresholds = [0.5f, 0.6f] }] };

        Assert.NotEqual(PlainBundles.Create(manifest).Id, PlainBundles.Create(other).Id);
    }

    [Fact]
    public void Thresholds_for_each_class_travel_with_the_bundle()
    {
        var manifest = PlainBundles.Manifest();
        float[] thresholds = [.. Enumerable.Range(0, 2 * 10).Select(i => i / 20f)];
        var bundle = PlainBundles.Create(manifest with { Points = [manifest.Points[0] with { Thresholds = thresholds }] });

        var (point, policy) = Bundle.Open(Written(bundle)).Manifest.PolicyOf(point: null, threshold: null);

        Assert.Equal((OperatingPoint.Accurate, 10), (point, policy.Classes));
        Assert.Equal(thresholds, policy.Thresholds);
    }

    [Theory]
    [InlineData(BundleHalf.Edge, "exits/0.safetensors segments/0.safetensors")]
    [InlineData(BundleHalf.Server, "exits/1.safetensors segments/0.safetensors segments/1.safetensors segments/2.safetensors")]
    [InlineData(BundleHalf.Exits, "exits/0.safetensors exits/1.safetensors")]
    public void A_half_carries_its_part_and_keeps_the_id(BundleHalf half, string entries)
    {
        var bundle = PlainBundles.Create();

        var read = Bundle.Open(Written(bundle, half: half));

        Assert.Equal(entries.Split(' '), read.Entries);
        Assert.Equal(bundle.Id, read.Id);
    }

    [Fact]
    public void A_half_says_what_it_does_not_carry()
    {
        var edge = Bundle.Open(Written(PlainBundles.Create(), half: BundleHalf.Edge));

        Assert.EndsWith("does not carry segments/2.safetensors", Refusal(() => edge.SegmentWeights(2)), StringComparison.Ordinal);
        Assert.Contains("which the Whole part needs", Refusal(() => Written(edge, "again")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_altered_byte_of_the_weights_or_the_manifest_is_noticed()
    {
        var path = Written(PlainBundles.Create());
        var bytes = File.ReadAllBytes(path);
        var id = Bundle.Open(path).Id;
        for (var i = 0; i < bytes.Length; i += 7)
        {
            var altered = (byte[])bytes.Clone();
            altered[i] ^= 0x10;
            File.WriteAllBytes(path, altered);
            try
            {
                // A byte of the zip's own bookkeeping (a time, say) may change without changing what is inside.
                Assert.Equal(id, Bundle.Open(path).Id);
            }
            catch (PteeFormatException exception)
            {
                Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', exception.Message);
            }
        }
    }

    [Fact]
    public void A_truncated_bundle_is_refused_wherever_it_ends()
    {
        var path = Written(PlainBundles.Create());
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 50))
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.StartsWith(path, Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/outside")]
    [InlineData("segments/../../outside")]
    [InlineData("..\\outside")]
    public void A_path_that_leaves_the_bundle_is_refused(string name)
    {
        var path = Written(PlainBundles.Create());
        Add(path, name, [1]);

        Assert.Contains("leaves the bundle", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_the_manifest_does_not_name_is_refused()
    {
        var path = Written(PlainBundles.Create());
        Add(path, "extra.txt", [1]);

        Assert.EndsWith("holds extra.txt, which the manifest does not name", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_lies_about_the_network_is_refused()
    {
        var manifest = PlainBundles.Manifest();
        (string Says, Manifest Lie)[] lies =
        [
            ("shape", manifest with { Cuts = [manifest.Cuts[0] with { Shape = new FeatureShape(16, 32_000, 32_000) }, manifest.Cuts[1]] }),
            ("macs", manifest with { BackboneMacs = 1 }),
            ("labels", manifest with { Labels = ["one"] }),
            ("format version 2, expected 1", manifest with { FormatVersion = 2 }),
            ("unknown architecture", manifest with { Architecture = manifest.Architecture with { Name = "resnet9000" } }),
            ("classes", manifest with { Architecture = manifest.Architecture with { Classes = int.MaxValue } }),
            ("deepest split", manifest with { DeepestSplit = 9 }),
            ("thresholds", manifest with { Points = [manifest.Points[0] with { Thresholds = [1] }] }),
            ("thresholds", manifest with { Curve = [manifest.Points[0] with { Thresholds = new float[21] }] }),
            ("out of range", manifest with { Points = [manifest.Points[0] with { Thresholds = [.. Enumerable.Repeat(2f, 20)] }] }),
            ("agreement", manifest with { Curve = [manifest.Points[0] with { Agreement = double.NaN }] }),
            ("cost", manifest with { Points = [manifest.Points[0] with { AllInRatio = -1 }] }),
            ("unknown gate", manifest with { Points = [manifest.Points[0] with { Gate = "dice" }] }),
            ("unknown codec", manifest with { Cuts = [manifest.Cuts[0] with { Codec = "zip" }, manifest.Cuts[1]] }),
            ("after block -2", manifest with { Cuts = [manifest.Cuts[0] with { Block = -2 }, manifest.Cuts[1]] }),
            ("macs before it, expected 0", manifest with { Cuts = [manifest.Cuts[0] with { Block = -1, Shape = new FeatureShape(3, 32, 32) }, manifest.Cuts[1]] }),
            ("in order", manifest with { Cuts = [manifest.Cuts[1], manifest.Cuts[0]], Exits = [manifest.Exits[1], manifest.Exits[0]] }),
        ];

        Assert.All(lies, lie => Assert.Contains(
            lie.Says,
            Refusal(() => ManifestSerializer.Deserialize(ManifestSerializer.Serialize(lie.Lie), "x.ptee")),
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_manifest_larger_than_the_limit_is_not_inflated()
    {
        var path = Path.Combine(_folder, "bomb.ptee");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using var stream = zip.CreateEntry(BundleEntries.Manifest).Open();
            stream.Write(new byte[BundleLimits.ManifestBytes + 1]);
        }

        Assert.Contains($"at most {BundleLimits.ManifestBytes}", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);
    }

    /// <summary>Each entry is as large as the network allows; all of them together are not for a file of this size.</summary>
    [Fact]
    public void Weights_that_deflate_as_no_weights_do_are_not_inflated()
    {
        var path = Path.Combine(_folder, "zeros.ptee");
        var zeros = new byte[20 << 20];
        ManifestEntry[] entries = [.. Enumerable.Range(0, 2).Select(i => new ManifestEntry(
            BundleEntries.Segment(i + 1), zeros.Length, Convert.ToHexStringLower(SHA256.HashData(zeros))))];
        var large = new Architecture("vgg19", "", 10, 32);
        var backbone = Backbones.Build(large);
        int[] blocks = [.. Enumerable.Range(0, backbone.Blocks.Count - 1).Where(backbone.CanCutAfter).TakeLast(3).Take(2)];
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(zip, BundleEntries.Manifest, ManifestSerializer.Serialize(
                PlainBundles.Manifest(large, blocks) with { Entries = entries }));
            Array.ForEach(entries, entry => Add(zip, entry.Name, zeros));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains($"inflate to {2 * zeros.Length} bytes together", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, zeros.Length / 2);
    }

    [Fact]
    public void A_directory_longer_than_the_limit_is_not_read()
    {
        var path = Path.Combine(_folder, "many.ptee");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            for (var i = 0; i <= BundleLimits.Entries; i++)
            {
                zip.CreateEntry($"{i}");
            }
        }

        Assert.Contains($": {BundleLimits.Entries + 1} entries in a directory of ", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);

        // One that says of itself that it is short.
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length - 14, 8).Clear();
        File.WriteAllBytes(path, bytes);
        Assert.Contains("is not where it ends", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);

        // One that has a reader look for a second record.
        bytes.AsSpan(bytes.Length - 18, 4).Fill(0xff);
        File.WriteAllBytes(path, bytes);
        Assert.Contains("without comment and ZIP64", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Something_else_is_called_by_its_name()
    {
        var path = Path.Combine(_folder, "picture.ptee");
        Assert.Equal($"{path}: not found, expected a bundle (.ptee)", Refusal(() => Bundle.Open(path)));

        File.WriteAllText(path, "hello");
        Assert.Contains("not a bundle", Refusal(() => Bundle.Open(path)), StringComparison.Ordinal);

        using (ZipFile.Open(Path.Combine(_folder, "empty.ptee"), ZipArchiveMode.Create))
        {
        }

        Assert.Contains("no manifest.msgpack inside", Refusal(() => Bundle.Open(Path.Combine(_folder, "empty.ptee"))), StringComparison.Ordinal);
    }

    private static string Refusal(Action action) => Assert.Throws<PteeFormatException>(action).Message;

    private static void Add(string path, string name, byte[] bytes)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        Add(zip, name, bytes);
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(bytes);
    }

    private string Written(Bundle bundle, string name = "x", BundleHalf half = BundleHalf.Whole)
    {
        var path = Path.Combine(_folder, $"{name}.ptee");
        BundleWriter.Write(bundle, path, half);
        return path;
    }
}
