using Ptee.Data.Imaging;

namespace Ptee.Data;

/// <summary>A decoded picture: upright (EXIF orientation applied) and opaque (transparency on white).</summary>
public sealed class Picture
{
    private readonly byte[] _pixels;

    internal Picture(int width, int height, byte[] pixels) => (Width, Height, _pixels) = (width, height, pixels);

    public int Width { get; }

    public int Height { get; }

    /// <summary>(3, Height, Width), RGB.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>Scales the shorter side to <paramref name="size"/> and cuts out the centre.</summary>
    /// <param name="size">1 to 1,024. A picture that is size x size already comes back bit for bit.</param>
    /// <returns>(3, size, size), RGB; a fresh array.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    public byte[] ToSquare(int size) => Resampler.ToSquare(_pixels, Width, Height, size);
}
