using Ptee.Data;

namespace Ptee.Tests.Model;

/// <summary>Seeded random pictures of 32x32, without labels.</summary>
internal static class Pictures32
{
    public static ImageSet Random(int count, int seed = 1)
    {
        var pixels = new byte[count * 3 * 32 * 32];
        new Random(seed).NextBytes(pixels);
        return new ImageSet("random", 32, pixels);
    }
}
