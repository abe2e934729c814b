using CsCheck;
using Ptee.Data;

namespace Ptee.Tests.Imaging;

public sealed class ToSquareTests
{
    [Fact]
    public void A_picture_of_the_size_comes_back_bit_for_bit_and_as_a_copy()
    {
        var planes = Samples.Photo(size: 32);
        var picture = new Picture(32, 32, planes);

        var square = picture.ToSquare(32);

        Assert.Equal(planes, square);
        Assert.NotSame(planes, square);
    }

    [Fact]
    public void One_shade_stays_one_shade_at_any_size() => Gen.Select(
        Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 70], Gen.Byte).Sample((width, height, size, shade) =>
        {
            var picture = new Picture(width, height, Samples.Planes(width, height, (_, _, _) => shade));

            Assert.All(picture.ToSquare(size), value => Assert.Equal(shade, value));
        });

    [Fact]
    public void Every_pixel_of_a_fine_pattern_counts()
    {
        // Picking single pixels would give 0 or 255.
        var board = new Picture(128, 128, Samples.Planes(128, 128, (_, x, y) => (byte)((x + y) % 2 * 255)));

        Assert.All(board.ToSquare(16), value => Assert.InRange(value, 122, 133));
    }

    [Fact]
    public void Halving_is_what_the_triangle_says()
    {
        // Weights of a triangle that reaches 2 pixels: 1/8 3/8 3/8 1/8, inside the picture.
        byte[] row = [0, 0, 0, 160, 0, 0, 0, 0];
        var picture = new Picture(8, 8, Samples.Planes(8, 8, (_, x, _) => row[x]));

        Assert.Equal([0, 60, 20, 0], picture.ToSquare(4)[..4]);
    }

    [Fact]
    public void The_middle_of_a_long_picture_is_cut_out()
    {
        byte Shade(int channel, int along) => (byte)(along < 20 ? 10 : along < 40 ? 100 + channel : 250);

        var wide = new Picture(60, 20, Samples.Planes(60, 20, (channel, x, _) => Shade(channel, x)));
        var high = new Picture(20, 60, Samples.Planes(20, 60, (channel, _, y) => Shade(channel, y)));

        var expected = Samples.Planes(20, 20, (channel, _, _) => (byte)(100 + channel));
        Assert.Equal(expected, wide.ToSquare(20));
        Assert.Equal(expected, high.ToSquare(20));
    }

    [Fact]
    public void Rows_and_columns_are_treated_alike() => Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 30], Gen.Int).Sample((width, height, size, seed) =>
        {
            var shades = Data.ToyData.Bytes(seed, width * height);
            var planes = Samples.Planes(width, height, (_, x, y) => shades[(y * width) + x]);
            var turned = Samples.Planes(height, width, (_, x, y) => shades[(x * width) + y]);

            var a = new Picture(width, height, planes).ToSquare(size);
            var b = new Picture(height, width, turned).ToSquare(size);

            for (var i = 0; i < size * size; i++)
            {
                // The passes' order differs, and with it the last bit of a float.
                Assert.InRange(a[i] - b[(i % size * size) + (i / size)], -1, 1);
            }
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void A_size_out_of_range_is_the_callers_fault(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Picture(1, 1, new byte[3]).ToSquare(size));

    [Fact]
    public void The_narrowest_picture_that_is_read_can_be_scaled() =>
        Assert.Equal(3 * 1_024 * 1_024, new Picture(16_384, 1, new byte[3 * 16_384]).ToSquare(1_024).Length);
}
