using Ptee.Shared.Weights;

namespace Ptee.Shared.Bundles;

/// <summary>A model in memory: manifest, id, and the checked bytes of what the file carries. Immutable.</summary>
public sealed class Bundle
{
    private readonly IReadOnlyDictionary<string, byte[]> _entries;

    /// <param name="manifestBytes">What <paramref name="manifest"/> was read from, or is written as.</param>
    internal Bundle(string source, Manifest manifest, byte[] manifestBytes, IReadOnlyDictionary<string, byte[]> entries)
    {
        Source = source;
        Manifest = manifest;
        ManifestBytes = manifestBytes;
        Id = ManifestSerializer.Id(manifestBytes);
        _entries = entries;
    }

    /// <summary>Where it was read from, for messages.</summary>
    public string Source { get; }

    public Manifest Manifest { get; }

    /// <summary>SHA-256 of the manifest, lower-case hex: edge and server work together when it is the same.</summary>
    public string Id { get; }

    public IEnumerable<string> Entries => _entries.Keys.Order(StringComparer.Ordinal);

    public bool Has(string entry) => _entries.ContainsKey(entry);

    /// <summary>Reads a bundle and checks every hash.</summary>
    /// <exception cref="PteeFormatException">One line that names the file and what is wrong.</exception>
    public static Bundle Open(string path) => BundleReader.Read(path);

    /// <exception cref="PteeFormatException">It is a half: what it lacks is named.</exception>
    public Bundle RequireWhole() => Manifest.Entries.FirstOrDefault(entry => !Has(entry.Name)) is { } missing
        ? throw new PteeFormatException(
            $"{Source}: half of a bundle, without {missing.Name}; expected a whole one; of an exits half ptee pack --backbone DIR --exits FILE makes it")
        : this;

    /// <summary>Weights of the blocks of <paramref name="segment"/>, by PyTorch's keys.</summary>
    /// <exception cref="PteeFormatException">This file does not carry them, or they are damaged.</exception>
    public IReadOnlyDictionary<string, Weight> SegmentWeights(int segment) => Weights(BundleEntries.Segment(segment));

    /// <summary>Weights of the branch at cut <paramref name="exit"/>: <c>body.…</c>, <c>classifier.…</c>, <c>confidence.…</c>.</summary>
    /// <exception cref="PteeFormatException">This file does not carry them, or they are damaged.</exception>
    public IReadOnlyDictionary<string, Weight> ExitWeights(int exit) => Weights(BundleEntries.Exit(exit));

    /// <summary>Weights of the bottleneck's encoder at <paramref name="cut"/>.</summary>
    /// <exception cref="PteeFormatException">This file does not carry them, or they are damaged.</exception>
    public IReadOnlyDictionary<string, Weight> EncoderWeights(int cut) => Weights(BundleEntries.Encoder(cut));

    /// <summary>Weights of the bottleneck's decoder at <paramref name="cut"/>.</summary>
    /// <exception cref="PteeFormatException">This file does not carry them, or they are damaged.</exception>
    public IReadOnlyDictionary<string, Weight> DecoderWeights(int cut) => Weights(BundleEntries.Decoder(cut));

    /// <summary>Kept, so that a bundle of an older version has the same id when it is written again.</summary>
    internal byte[] ManifestBytes { get; }

    internal byte[] Bytes(string entry) => _entries[entry];

    private IReadOnlyDictionary<string, Weight> Weights(string entry) => _entries.TryGetValue(entry, out var bytes)
        ? Safetensors.Read(bytes, $"{Source}: {entry}")
        : throw new PteeFormatException($"{Source}: this half of the bundle does not carry {entry}");
}
