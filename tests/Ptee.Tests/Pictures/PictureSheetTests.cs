using Ptee.Data;
using Ptee.Tests.Data;
using Ptee.Tests.Model;

namespace Ptee.Tests.Imaging;

public sealed class PictureSheetTests
{
    private const int Cell = (2 * 32) + 2;

    [Fact]
    public void Every_picture_lies_doubled_in_its_row_and_the_rest_is_white()
    {
        using var folder = new TempFolder();
        var images = Pictures32.Random(4);

        var sheet = Pictures.Read(folder.Write("sheet.png", PictureSheet.Png(images, [[0, 1, 2], [3]])));

        Assert.Equal((3 * Cell, 2 * Cell), (sheet.Width, sheet.Height));
        Assert.Equal(images.Pixels(2)[0], At(sheet, 0, 2 * Cell));
        Assert.Equal(images.Pixels(2)[0], At(sheet, 1, (2 * Cell) + 1));
        Assert.Equal(images.Pixels(3)[(31 * 32) + 31], At(sheet, Cell + 63, 63));
        Assert.Equal(255, At(sheet, Cell, Cell)); // Nothing beside picture 3.
    }

    /// <summary>Red.</summary>
    private static byte At(Picture sheet, int row, int column) => sheet.Pixels[(row * sheet.Width) + column];
}
