using System.Collections.Frozen;
using Google.Protobuf;
using Ptee.Data.Codecs;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;

namespace Ptee.Server.Hosting;

/// <summary>The bundle that this server runs, and how what is sent to it is decoded. Immutable.</summary>
internal sealed class ServedModel
{
    private readonly FrozenDictionary<string, IFeatureCodec?[]> _codecs;

    /// <exception cref="PteeFormatException">The file does not carry what a server runs.</exception>
    public ServedModel(Bundle bundle)
    {
        RequireParts(bundle);
        Bundle = bundle;
        BundleId = ByteString.CopyFrom(Convert.FromHexString(bundle.Id));
        _codecs = FeatureCodecs.Names.ToFrozenDictionary(
            name => name,
            name => Manifest.Cuts.Select(cut => FeatureCodecs.NamesAt(cut).Contains(name) ? FeatureCodecs.Create(name, cut) : null).ToArray());
        MaxPayloadBytes = _codecs.Values.SelectMany(codecs => codecs).OfType<IFeatureCodec>()
            .Append(FrameCodecs.Create(FrameCodecs.Png, Manifest, cut: 0)).Max(codec => codec.MaxPayloadBytes);
    }

    public Bundle Bundle { get; }

    public Manifest Manifest => Bundle.Manifest;

    public ByteString BundleId { get; }

    /// <summary>Those that some cut has the tables for, and those of pictures.</summary>
    public IEnumerable<string> CodecNames =>
        [.. FeatureCodecs.Names.Where(name => _codecs[name].Any(codec => codec is not null)), .. FrameCodecs.PictureNames];

    /// <summary>The longest payload of any codec at any cut.</summary>
    public int MaxPayloadBytes { get; }

    /// <summary>A threshold for each exit and class, as a Hello may have.</summary>
    public int MaxThresholdBytes => sizeof(float) * Manifest.Exits.Length * Manifest.Labels.Length;

    /// <exception cref="PteeFormatException">Features of so many frames do not fit one buffer.</exception>
    public void RequireBatch(int frames)
    {
        var largest = Manifest.LargestFeature;
        if ((long)frames * largest > Array.MaxLength)
        {
            throw new PteeFormatException(
                $"batches of {frames} frames: {Bundle.Source} has features of {largest} values, expected at most {Array.MaxLength / largest} frames");
        }
    }

    /// <summary>The codec of that name, one a cut, null where the bundle has no tables for it. Those of features are made once: they
    /// are stateless.</summary>
    /// <exception cref="PteeFormatException">No codec has that name.</exception>
    public IReadOnlyList<IFeatureCodec?> Codecs(string name)
    {
        if (_codecs.TryGetValue(name, out var codecs))
        {
            return codecs;
        }

        var picture = FrameCodecs.Create(name, Manifest, cut: 0);
        return [.. Manifest.Cuts.Select(_ => picture)];
    }

    /// <summary>All segments, because a frame may be a picture; of the exits those after the first, which every device asks.</summary>
    private static void RequireParts(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        var needed = Enumerable.Range(0, manifest.SegmentCount).Select(BundleEntries.Segment)
            .Concat(Enumerable.Range(1, manifest.Exits.Length - 1).Select(BundleEntries.Exit))
            .Concat(Enumerable.Range(0, manifest.Cuts.Length).Where(cut => manifest.Cuts[cut].Bottleneck is not null).Select(BundleEntries.Decoder));
        if (needed.FirstOrDefault(entry => !bundle.Has(entry)) is { } missing)
        {
            throw new PteeFormatException(
                $"{bundle.Source}: expected a whole bundle or its server half, got one without {missing}");
        }
    }
}
