using Ptee.Shared.Weights;

namespace Ptee.Shared.Tests.Weights;

public sealed class WeightTests
{
    [Theory]
    [InlineData(new int[0], 1, "scalar")]
    [InlineData(new[] { 0 }, 0, "0")]
    [InlineData(new[] { 16, 3, 3, 3 }, 432, "16x3x3x3")]
    public void A_weight_is_described_by_its_shape(int[] shape, int count, string text) =>
        Assert.Equal(text, new Weight(shape, new float[count]).ToString());

    [Theory]
    [InlineData(new[] { 2, 3 }, 5)]
    [InlineData(new int[0], 0)]
    [InlineData(new[] { -1, -6 }, 6)]
    public void A_weight_has_as_many_values_as_its_shape_says(int[] shape, int count) =>
        Assert.Throws<ArgumentException>(() => new Weight(shape, new float[count]));

    [Fact]
    public void A_shape_with_a_zero_is_empty_however_large_the_rest() =>
        Assert.Equal(0, WeightShape.Count([int.MaxValue, int.MaxValue, int.MaxValue, 0]));

    [Fact]
    public void A_product_beyond_the_limit_is_no_count_even_where_it_would_wrap_to_a_small_one() =>
        // 2^16 · 2^16 · 2^16 · 2^16 is 0 in 64 bits.
        Assert.Null(WeightShape.Count([1 << 16, 1 << 16, 1 << 16, 1 << 16]));
}
