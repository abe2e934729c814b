using Ptee.Data.Imaging;

namespace Ptee.Data;

/// <summary>Small pictures side by side in one PNG, to look at.</summary>
public static class PictureSheet
{
    private const int ZoomedUpTo = 64; // Rows and columns: larger pictures can be seen as they are.
    private const int Gap = 2;
    private const byte Background = 255;

    /// <summary>So many pictures of that size fit side by side, and so many rows below each other.</summary>
    public static int Most(int size) => Resampler.MaxSize / Cell(size);

    /// <param name="rows">Indexes of the pictures in each row; a short row is filled up with white.</param>
    /// <returns>The PNG's bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More rows, or more in a row, than <see cref="Most"/>.</exception>
    public static byte[] Png(ImageSet images, IReadOnlyList<int[]> rows)
    {
        var cell = Cell(images.Size);
        var (width, height) = (cell * rows.Max(row => row.Length), cell * rows.Count);
        var sheet = new byte[ImageSet.Channels * width * height];
        Array.Fill(sheet, Background);
        foreach (var (row, pictures) in rows.Index())
        {
            foreach (var (column, picture) in pictures.Index())
            {
                Copy(images.Pixels(picture), images.Size, sheet, (width, height), row * cell, column * cell);
            }
        }

        return Pictures.Taken(PictureEncoder.Png(sheet, width, height));
    }

    private static int Zoom(int size) => size <= ZoomedUpTo ? 2 : 1;

    private static int Cell(int size) => (size * Zoom(size)) + Gap;

    private static void Copy(ReadOnlySpan<byte> picture, int size, Span<byte> sheet, (int Width, int Height) shape, int top, int left)
    {
        var zoom = Zoom(size);
        for (var channel = 0; channel < ImageSet.Channels; channel++)
        {
            for (var row = 0; row < size * zoom; row++)
            {
                var line = sheet.Slice((((channel * shape.Height) + top + row) * shape.Width) + left, size * zoom);
                var from = picture.Slice(((channel * size) + (row / zoom)) * size, size);
                for (var column = 0; column < line.Length; column++)
                {
                    line[column] = from[column / zoom];
                }
            }
        }
    }
}
