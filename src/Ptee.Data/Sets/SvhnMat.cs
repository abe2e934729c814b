using System.Buffers.Binary;
using Ptee.Data.Fetching;
using Ptee.Data.Imaging;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data.Sets;

/// <summary>
/// SVHN's layout of cropped digits ("format 2"): a MAT-file with X, 32x32x3xN bytes with the rows fastest, and y, Nx1
/// bytes or doubles from 1 to 10, where 10 is the digit 0.
/// </summary>
internal static class SvhnMat
{
    private const int Side = DataSets.NamedSize;
    private const int Plane = Side * Side;
    private const int PictureBytes = ImageSet.Channels * Plane;
    private const int ZeroLabel = 10;

    /// <summary>2 GB: about 650,000 pictures, what one array holds.</summary>
    private const int MaxBytes = 2_000_000_000;

    private static readonly Dictionary<string, long> Variables = new()
    {
        ["X"] = MaxBytes,
        ["y"] = MaxBytes / PictureBytes * sizeof(double),
    };

    /// <summary>Reads a file that somebody has; any number of pictures.</summary>
    /// <exception cref="PteeFormatException">It is no such file.</exception>
    public static ImageSet Load(string path) => Parse(path, Printable.Message(path), BoundedReader.ReadFile(path, MaxBytes, path));

    /// <param name="name">The set's name.</param>
    /// <param name="files">One.</param>
    /// <exception cref="PteeFormatException">It is no such file.</exception>
    public static ImageSet Parse(string name, IReadOnlyList<DataFile> files, IEnumerable<byte[]> contents) =>
        Parse(name, files.Single().Name, contents.Single());

    private static ImageSet Parse(string name, string file, byte[] content)
    {
        var variables = MatFile.Parse(content, file, Variables);
        var (pictures, labels) = (variables["X"], variables["y"]);
        var count = pictures.Dimensions switch
        {
            [Side, Side, ImageSet.Channels, var n] => n,
            [Side, Side, ImageSet.Channels] => 1, // MATLAB drops last dimensions of 1.
            _ => 0,
        };
        if (count == 0 || pictures.Type != MatType.UInt8)
        {
            throw new PteeFormatException(
                $"{file}: X is {pictures}, expected {Side}x{Side}x{ImageSet.Channels}xN of type {MatType.UInt8}");
        }

        if (labels.Dimensions is not [var rows, 1] || rows != count)
        {
            throw new PteeFormatException($"{file}: y is {labels}, expected {count}x1 as X is {pictures}");
        }

        Transpose(pictures.Values);
        return new ImageSet(name, Side, pictures.Values, DigitsOf(labels, file), Svhn.Classes);
    }

    /// <summary>(N, 3, columns, rows) → (N, 3, rows, columns), in place: the pictures are in memory once.</summary>
    private static void Transpose(Span<byte> pixels)
    {
        for (; pixels.Length > 0; pixels = pixels[Plane..])
        {
            for (var i = 1; i < Side; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    ref var below = ref pixels[(i * Side) + j];
                    ref var above = ref pixels[(j * Side) + i];
                    (below, above) = (above, below);
                }
            }
        }
    }

    private static int[] DigitsOf(MatArray labels, string file)
    {
        if (labels.Type is not (MatType.UInt8 or MatType.Double))
        {
            throw new PteeFormatException(
                $"{file}: y is {labels}, expected type {MatType.UInt8} or {MatType.Double}");
        }

        var digits = new int[labels.Dimensions[0]];
        for (var i = 0; i < digits.Length; i++)
        {
            var label = labels.Type == MatType.UInt8
                ? labels.Values[i]
                : BinaryPrimitives.ReadDoubleLittleEndian(labels.Values.AsSpan(i * sizeof(double)));
            digits[i] = label is >= 1 and <= ZeroLabel && double.IsInteger(label)
                ? (int)label % ZeroLabel
                : throw new PteeFormatException($"{file}: label {label} at {i}, expected 1 to {ZeroLabel}");
        }

        return digits;
    }
}
