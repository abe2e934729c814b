using System.Collections.Frozen;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features.Quant;

namespace Ptee.Shared.Features;

/// <summary>The codecs there are, by name. Adding one is a class and a line here.</summary>
public static class FeatureCodecs
{
    public const string Float32 = "f32";
    public const string UInt8 = "u8";
    public const string Quant = "quant";

    private static readonly string[] Rates = ["bottleneck", "bottleneck-2", "bottleneck-3", "bottleneck-4"];

    private static readonly FrozenDictionary<string, Func<CutDescription, IFeatureCodec?>> ByName =
        new Dictionary<string, Func<CutDescription, IFeatureCodec?>>(Rates.Select(
            (name, rate) => KeyValuePair.Create<string, Func<CutDescription, IFeatureCodec?>>(name, cut => Rate(name, rate, cut))))
        {
            [Float32] = cut => new Float32Codec(cut.Shape),
            [UInt8] = cut => new UInt8Codec(cut.Shape, cut.Clips),
            [Quant] = cut => cut.Quant is { } tables ? new QuantCodec(cut.Shape, tables) : null,
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Rates of a bottleneck, at most.</summary>
    public static int MostRates => Rates.Length;

    /// <summary>The name of a bottleneck's rate, from 0, the finest.</summary>
    public static string Bottleneck(int rate) => Rates[rate];

    /// <summary>Those that a cut has the tables for.</summary>
    public static IEnumerable<string> NamesAt(CutDescription cut) => Names.Where(name => Array.IndexOf(Rates, name) switch
    {
        < 0 => name != Quant || cut.Quant is not null,
        var rate => rate < cut.Bottleneck?.Rates.Length,
    });

    /// <summary>The codec of that name for the tensor at <paramref name="cut"/>.</summary>
    /// <exception cref="PteeFormatException">No codec has that name, or the cut has no tables for it, or such as do not fit it.</exception>
    public static IFeatureCodec Create(string name, CutDescription cut) => ByName.TryGetValue(name, out var create)
        ? create(cut) ?? throw new PteeFormatException(
            $"{name}: this bundle has no tables for cut '{cut.Name}'; expected {string.Join(" or ", NamesAt(cut))}")
        : throw new PteeFormatException($"unknown codec '{name}'; known: {string.Join(", ", Names)}");

    internal static void RequireLength(string codec, FeatureShape shape, int expected, int actual)
    {
        if (actual != expected)
        {
            throw new PteeFormatException($"{codec}: expected {expected} bytes for {shape}, got {actual}");
        }
    }

    private static BottleneckCodec? Rate(string name, int rate, CutDescription cut) => cut.Bottleneck is { } bottleneck && rate < bottleneck.Rates.Length
        ? new BottleneckCodec(name, Architectures.Bottleneck.LatentOf(cut.Shape, bottleneck.Channels), bottleneck.Rates[rate])
        : null;
}
