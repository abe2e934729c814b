using Ptee.Shared;
using SkiaSharp;

namespace Ptee.Data.Imaging;

/// <summary>
/// A picture's file as the codec gets it: looked through before, in one pass, so that decoding costs no more than the
/// file's bytes and the picture's pixels ask for.
/// </summary>
/// <param name="bytes">Without what costs time and changes no pixel.</param>
/// <param name="orientation">Where the codec does not know of it; null: the codec says.</param>
internal readonly ref struct EncodedPicture(ReadOnlySpan<byte> bytes, SKEncodedOrigin? orientation)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public SKEncodedOrigin? Orientation { get; } = orientation;

    /// <exception cref="PteeFormatException">It has more parts than <see cref="Pictures"/> allows, or parts that no such
    /// file has. What is damaged otherwise is left for the codec to find.</exception>
    public static EncodedPicture Check(ReadOnlySpan<byte> bytes, string name)
    {
        if (PngChunks.Begin(bytes))
        {
            return PngChunks.Check(bytes, name);
        }

        if (JpegSegments.Begin(bytes))
        {
            JpegSegments.Check(bytes, name);
        }
        else if (WebpChunks.Begin(bytes))
        {
            WebpChunks.Check(bytes, name);
        }

        return new EncodedPicture(bytes, orientation: null);
    }

    public static PteeFormatException TooMany(string name, string what, int most) =>
        new($"{name}: over {most} {what}, the most that are read");
}
