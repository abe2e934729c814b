using CsCheck;
using Ptee.Data.Sets;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class IdxFileTests
{
    [Fact]
    public void Reads_the_bytes_that_the_format_describes()
    {
        var file = Convert.FromHexString("00000803" + "00000002" + "00000001" + "00000003" + "010203040506");

        var idx = IdxFile.Parse(file, "x", dimensions: 3);

        Assert.Equal([2, 1, 3], idx.Dimensions);
        Assert.Equal([1, 2, 3, 4, 5, 6], idx.Values.ToArray());
    }

    [Theory]
    [InlineData("", "begins with , expected 00000801")]
    [InlineData("00000801", "not an IDX file")]
    [InlineData("0000080300000001", "begins with 00000803, expected 00000801")]
    [InlineData("00000D0100000001AA", "begins with 00000D01")]
    [InlineData("0000080100000002AA", "1 values, expected 2 = 2")]
    [InlineData("0000080100000001AABB", "2 values, expected 1 = 1")]
    [InlineData("00000801FFFFFFFFAA", "expected 2147483647 = 4294967295")]
    public void Anything_else_is_refused(string hex, string expected)
    {
        var file = Convert.FromHexString(hex);

        var fault = Assert.Throws<PteeFormatException>(() => IdxFile.Parse(file, "x", dimensions: 1));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_dimensions_make_it_allocate_or_fail_otherwise() => Gen.Select(
        Gen.OneOf(Gen.UInt[0, 4], Gen.UInt).Array[3],
        Gen.Byte.Array[0, 64]).Sample((sizes, values) =>
        {
            byte[] file = [0, 0, 8, 3, .. sizes.SelectMany(size => BitConverter.GetBytes(size).Reverse()), .. values];
            var fits = (UInt128)sizes[0] * sizes[1] * sizes[2] == (UInt128)values.Length;

            var fault = Record.Exception(() => IdxFile.Parse(file, "x", dimensions: 3));

            Assert.Equal(fits, fault is null);
            Assert.True(fault is null or PteeFormatException, fault?.ToString());
        });
}
