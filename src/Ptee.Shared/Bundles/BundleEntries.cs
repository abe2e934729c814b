using System.Globalization;

namespace Ptee.Shared.Bundles;

/// <summary>The names of what a bundle holds.</summary>
public static class BundleEntries
{
    public const string Manifest = "manifest.msgpack";

    public static string Segment(int segment) =>
        string.Create(CultureInfo.InvariantCulture, $"segments/{segment}.safetensors");

    public static string Exit(int exit) => string.Create(CultureInfo.InvariantCulture, $"exits/{exit}.safetensors");
}
