using System.Globalization;

namespace Ptee.Shared.Bundles;

/// <summary>The names of what a bundle holds.</summary>
public static class BundleEntries
{
    public const string Manifest = "manifest.msgpack";

    public static string Segment(int segment) =>
        string.Create(CultureInfo.InvariantCulture, $"segments/{segment}.safetensors");

    /// <summary>Of the bottleneck at a cut.</summary>
    public static string Encoder(int cut) => string.Create(CultureInfo.InvariantCulture, $"encoders/{cut}.safetensors");

    /// <summary>Of the bottleneck at a cut.</summary>
    public static string Decoder(int cut) => string.Create(CultureInfo.InvariantCulture, $"decoders/{cut}.safetensors");

    public static string Exit(int exit) => string.Create(CultureInfo.InvariantCulture, $"exits/{exit}.safetensors");
}
