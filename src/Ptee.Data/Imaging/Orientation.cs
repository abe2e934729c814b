using SkiaSharp;

namespace Ptee.Data.Imaging;

/// <summary>
/// How stored rows and columns become upright ones: first swapped (or not), then mirrored in the upright picture.
/// </summary>
/// <remarks>Source: EXIF 2.32, tag 0x0112; SkiaSharp's names say where the stored first row and column lie.</remarks>
internal readonly record struct Orientation(bool Swap, bool MirrorX, bool MirrorY)
{
    public static Orientation From(SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => new(Swap: false, MirrorX: true, MirrorY: false),
        SKEncodedOrigin.BottomRight => new(Swap: false, MirrorX: true, MirrorY: true),
        SKEncodedOrigin.BottomLeft => new(Swap: false, MirrorX: false, MirrorY: true),
        SKEncodedOrigin.LeftTop => new(Swap: true, MirrorX: false, MirrorY: false),
        SKEncodedOrigin.RightTop => new(Swap: true, MirrorX: true, MirrorY: false),
        SKEncodedOrigin.RightBottom => new(Swap: true, MirrorX: true, MirrorY: true),
        SKEncodedOrigin.LeftBottom => new(Swap: true, MirrorX: false, MirrorY: true),
        _ => default,
    };

    /// <summary>Where stored pixels go in an upright plane: (x, y) to Start + x * StepX + y * StepY.</summary>
    public (int Start, int StepX, int StepY) Steps(int uprightWidth, int uprightHeight)
    {
        var right = MirrorX ? -1 : 1;
        var down = MirrorY ? -uprightWidth : uprightWidth;
        var start = (MirrorX ? uprightWidth - 1 : 0) + (MirrorY ? (uprightHeight - 1) * uprightWidth : 0);
        return Swap ? (start, down, right) : (start, right, down);
    }
}
