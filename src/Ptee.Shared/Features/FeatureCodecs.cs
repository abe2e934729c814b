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

    private static readonly FrozenDictionary<string, Func<CutDescription, IFeatureCodec>> ByName =
        new Dictionary<string, Func<CutDescription, IFeatureCodec>>
        {
            [Float32] = cut => new Float32Codec(cut.Shape),
            [UInt8] = cut => new UInt8Codec(cut.Shape, cut.Clips),
            [Quant] = cut => new QuantCodec(cut.Shape, cut.Quant ?? throw new PteeFormatException(
                $"{Quant}: this bundle has no tables for cut '{cut.Name}'; expected {string.Join(" or ", NamesAt(cut))}")),
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Those that a cut has the tables for.</summary>
    public static IEnumerable<string> NamesAt(CutDescription cut) => Names.Where(name => name != Quant || cut.Quant is not null);

    /// <summary>The codec of that name for the tensor at <paramref name="cut"/>.</summary>
    /// <exception cref="PteeFormatException">No codec has that name, or the cut's tables do not fit it.</exception>
    public static IFeatureCodec Create(string name, CutDescription cut) => ByName.TryGetValue(name, out var create)
        ? create(cut)
        : throw new PteeFormatException($"unknown codec '{name}'; known: {string.Join(", ", Names)}");

    internal static void RequireLength(string codec, FeatureShape shape, int expected, int actual)
    {
        if (actual != expected)
        {
            throw new PteeFormatException($"{codec}: expected {expected} bytes for {shape}, got {actual}");
        }
    }
}
