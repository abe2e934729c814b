using Ptee.Data;

namespace Ptee.Tests.Model;

/// <summary>Seeded random pictures of 32x32.</summary>
internal static class Pictures32
{
    /// <summary>Without labels.</summary>
    public static ImageSet Random(int count, int seed = 1) => new("random", 32, Pixels(count, seed));

    /// <summary>With the labels 0 to 9 in turn.</summary>
    public static ImageSet Labelled(int count, int seed = 1) =>
        new("random", 32, Pixels(count, seed), [.. Enumerable.Range(0, count).Select(i => i % 10)]);

    private static byte[] Pixels(int count, int seed)
    {
        var pixels = new byte[count * 3 * 32 * 32];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }
}
