using System.Buffers;
using Google.Protobuf;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>Messages for the server under test; everything in them is right unless a test changes it.</summary>
internal static class Frames
{
    /// <summary>Index of f32 in Hello's codecs.</summary>
    public const uint Float32 = 0;

    /// <summary>Index of u8 in Hello's codecs.</summary>
    public const uint UInt8 = 1;

    private static readonly Lazy<Bundle> Shared = new(() => TestBundles.Random());

    public static Bundle Bundle => Shared.Value;

    public static Hello Hello() => Hello(new ExitPolicy(Gates.MaxProbability, [0, ExitPolicy.Never, ExitPolicy.Never]));

    public static Hello Hello(ExitPolicy policy) => new()
    {
        BundleId = ByteString.CopyFrom(Convert.FromHexString(Bundle.Id)),
        Codecs = { FeatureCodecs.Float32, FeatureCodecs.UInt8, FeatureCodecs.Quant },
        Gate = policy.Gate,
        Thresholds = { policy.Thresholds },
    };

    /// <summary>A frame whose features begin with <paramref name="value"/>; all else in them is 0.</summary>
    public static FeatureFrame Of(uint cut, float value = 0)
    {
        var features = new float[Bundle.Manifest.Cuts[cut].Shape.Count];
        features[0] = value;
        return Of(cut, features);
    }

    public static FeatureFrame Of(uint cut, float[] features) =>
        new() { Cut = cut, Codec = Float32, Payload = Payload(FeatureCodecs.Float32, cut, features) };

    public static ByteString Payload(string codec, uint cut, float[] features)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FeatureCodecs.Create(codec, Bundle.Manifest.Cuts[cut]).Encode(features, bytes);
        return ByteString.CopyFrom(bytes.WrittenSpan);
    }
}
