using System.IO.Compression;
using System.Security.Cryptography;
using Ptee.Shared.IO;
using Ptee.Shared.Weights;

namespace Ptee.Shared.Bundles;

/// <summary>Makes bundles and their halves. Equal inputs give equal bytes, so equal ids.</summary>
public static class BundleWriter
{
    /// <summary>The earliest time that a zip can hold: nothing of the machine or the day gets into the file.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Puts weights and manifest together; <paramref name="manifest"/>'s entries are filled in here.</summary>
    /// <param name="segments">Weights of each segment, by PyTorch's keys.</param>
    /// <param name="exits">Weights of each branch.</param>
    /// <param name="bottlenecks">By cut; where the manifest describes one.</param>
    public static Bundle Create(
        string source,
        Manifest manifest,
        IReadOnlyList<IReadOnlyDictionary<string, Weight>> segments,
        IReadOnlyList<IReadOnlyDictionary<string, Weight>> exits,
        IReadOnlyDictionary<int, BottleneckWeights>? bottlenecks = null)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < segments.Count; i++)
        {
            entries.Add(BundleEntries.Segment(i), Bytes(segments[i]));
        }

        for (var i = 0; i < exits.Count; i++)
        {
            entries.Add(BundleEntries.Exit(i), Bytes(exits[i]));
        }

        foreach (var (cut, weights) in bottlenecks ?? new Dictionary<int, BottleneckWeights>())
        {
            entries.Add(BundleEntries.Encoder(cut), Bytes(weights.Encoder));
            entries.Add(BundleEntries.Decoder(cut), Bytes(weights.Decoder));
        }

        manifest = manifest with
        {
            Entries = [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new ManifestEntry(
                entry.Key, entry.Value.Length, Convert.ToHexStringLower(SHA256.HashData(entry.Value))))],
        };
        ManifestValidator.Validate(manifest, source);
        var bytes = ManifestSerializer.Serialize(manifest);
        return bytes.Length <= BundleLimits.ManifestBytes
            ? new Bundle(source, manifest, bytes, entries)
            : throw new PteeFormatException(
                $"{source}: a manifest of {bytes.Length} bytes, expected at most {BundleLimits.ManifestBytes}: codec tables at too many wide cuts; fewer exits, or --codec-loss 0?");
    }

    /// <summary>A part and the segments that it was packed without: the bundle that it is a part of.</summary>
    /// <exception cref="PteeFormatException">They are not the segments that its manifest names.</exception>
    public static Bundle Complete(string source, Bundle part, IReadOnlyList<IReadOnlyDictionary<string, Weight>> segments)
    {
        var entries = part.Entries.ToDictionary(entry => entry, part.Bytes, StringComparer.Ordinal);
        for (var i = 0; i < segments.Count; i++)
        {
            entries[BundleEntries.Segment(i)] = Bytes(segments[i]);
        }

        foreach (var expected in part.Manifest.Entries)
        {
            var actual = entries.TryGetValue(expected.Name, out var bytes) ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : "nothing";
            if (actual != expected.Sha256)
            {
                throw new PteeFormatException($"{part.Source}: expected {expected.Name} with SHA-256 {expected.Sha256}, got {actual}");
            }
        }

        return new Bundle(source, part.Manifest, part.ManifestBytes, entries);
    }

    /// <summary>Writes the whole bundle or a half of it: to a temporary file first, then renamed.</summary>
    /// <exception cref="PteeFormatException"><paramref name="bundle"/> itself is a half that lacks what is asked for.</exception>
    public static void Write(Bundle bundle, string path, BundleHalf half)
    {
        var wanted = Wanted(bundle.Manifest, half).ToList();
        var missing = wanted.Find(entry => !bundle.Has(entry));
        if (missing is not null)
        {
            throw new PteeFormatException($"{bundle.Source}: does not carry {missing}, which the {half} part needs");
        }

        AtomicFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(zip, BundleEntries.Manifest, bundle.ManifestBytes);
            wanted.ForEach(entry => Add(zip, entry, bundle.Bytes(entry)));
        });
    }

    private static IEnumerable<string> Wanted(Manifest manifest, BundleHalf half)
    {
        var (segments, exits) = half switch
        {
            BundleHalf.Edge => (..(manifest.DeepestSplit + 1), ..(manifest.DeepestSplit + 1)),
            BundleHalf.Server => (..manifest.SegmentCount, 1..manifest.Exits.Length),
            BundleHalf.Exits => (..0, ..manifest.Exits.Length),
            _ => (..manifest.SegmentCount, ..manifest.Exits.Length),
        };
        var bottlenecks = Enumerable.Range(0, manifest.Cuts.Length).Where(cut => manifest.Cuts[cut].Bottleneck is not null).ToArray();
        return Enumerable.Range(0, manifest.SegmentCount).Take(segments).Select(BundleEntries.Segment)
            .Concat(Enumerable.Range(0, manifest.Exits.Length).Take(exits).Select(BundleEntries.Exit))
            .Concat(bottlenecks
                .Where(cut => half != BundleHalf.Server && (half != BundleHalf.Edge || cut <= manifest.DeepestSplit)).Select(BundleEntries.Encoder))
            .Concat(bottlenecks.Where(_ => half != BundleHalf.Edge).Select(BundleEntries.Decoder));
    }

    private static byte[] Bytes(IReadOnlyDictionary<string, Weight> weights)
    {
        using var memory = new MemoryStream();
        Safetensors.Write(weights, memory);
        return memory.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
        entry.LastWriteTime = NoTime;
        using var stream = entry.Open();
        stream.Write(bytes);
    }
}
