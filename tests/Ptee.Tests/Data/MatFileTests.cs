using CsCheck;
using Ptee.Data.Sets;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class MatFileTests
{
    private static readonly byte[] X = ToyMat.Variable("X", [2, 3], [1, 2, 3, 4, 5, 6]);

    private static readonly byte[] Y = ToyMat.Variable("y", [1, 1], BitConverter.GetBytes(2.5), ToyMat.Double, 6);

    [Fact]
    public void Reads_the_bytes_that_the_format_describes()
    {
        var file = Convert.FromHexString(
            string.Concat(Enumerable.Repeat("20", 124)) + "0001" + "494D" + // text, version, byte order
            "0E000000" + "30000000" + // matrix
            "06000000" + "08000000" + "09000000" + "00000000" + // array flags: class uint8
            "05000000" + "08000000" + "02000000" + "01000000" + // dimensions: 2x1
            "01000100" + "58000000" + // name: X, in the tag
            "02000200" + "07090000"); // values: 7 and 9, in the tag

        var array = Assert.Single(MatFile.Parse(file, "x.mat", Only("X", 2))).Value;

        Assert.Equal(("X", MatType.UInt8), (array.Name, array.Type));
        Assert.Equal([2, 1], array.Dimensions);
        Assert.Equal([7, 9], array.Values);
    }

    [Fact]
    public void Packed_or_not_and_whatever_the_padding_the_values_are_the_same() => Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 3], Gen.String[Gen.Char.AlphaNumeric, 2, 20], Gen.Bool).Sample(
        (rows, columns, name, packed) =>
        {
            var values = ToyData.Bytes(seed: rows, rows * columns);
            var variable = ToyMat.Variable(name, [rows, columns], values);

            var array = MatFile.Parse(
                ToyMat.File(packed ? Packed(variable) : variable, Packed(Y)), "x.mat", Only(name, 120))[name];

            Assert.Equal([rows, columns], array.Dimensions);
            Assert.Equal(values, array.Values);
        });

    [Fact]
    public void What_nobody_asked_for_is_passed_over()
    {
        var huge = ToyMat.Variable("z", [4_000, 4_000], new byte[16_000_000]);
        var text = ToyMat.Variable("X", [1, 2], [65, 66], type: 16, arrayClass: 4);
        var unknown = ToyMat.Element(ToyMat.Matrix, ToyMat.Element(type: 6, [17, 0, 0, 0, 0, 0, 0, 0]));

        var arrays = MatFile.Parse(ToyMat.File(Y, Packed(huge), text, unknown, Packed(X)), "x.mat", Limits());

        Assert.Equal(["X", "y"], arrays.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2.5, BitConverter.ToDouble(arrays["y"].Values));
    }

    [Theory]
    [InlineData("", "0 bytes, a MAT-file's header alone has 128")]
    [InlineData("0001494D", "4 bytes, a MAT-file's header alone has 128")]
    [InlineData("...01004D49", "a big-endian MAT-file, expected a little-endian one")]
    [InlineData("...0002494D", "a MAT-file of version 0x0200, expected 0x0100, what save -v7 writes")]
    [InlineData("...00000000", "not a MAT-file of level 5: its header ends with 0000, expected 494D")]
    public void Another_header_is_refused(string end, string expected)
    {
        var hex = end.Replace("...", string.Concat(Enumerable.Repeat("20", 124)), StringComparison.Ordinal);

        Assert.Equal($"x.mat: {expected}", FaultOf([.. Convert.FromHexString(hex)]));
    }

    [Fact]
    public void A_variable_that_is_missing_there_twice_or_of_another_kind_is_refused()
    {
        Assert.Equal("x.mat: no array of numbers y, expected X and y", FaultOf(ToyMat.File(X)));
        Assert.Equal("x.mat: no array of numbers X, expected X and y", FaultOf(ToyMat.File()));
        Assert.Equal("x.mat: two variables X, expected one", FaultOf(ToyMat.File(X, Y, Packed(X))));
        Assert.Equal(
            "x.mat: the variable at byte 128: X is complex, expected real numbers",
            FaultOf(ToyMat.File(ToyMat.Variable("X", [1, 1], [1], flags: 8))));
        Assert.Equal(
            "x.mat: the variable at byte 128: 8 bytes of type Double, expected type Matrix or Compressed",
            FaultOf(ToyMat.File(ToyMat.Element(ToyMat.Double, new byte[8]))));
        Assert.EndsWith(
            "bytes of type Compressed, expected type Matrix",
            FaultOf(ToyMat.File(Packed(Packed(X)))),
            StringComparison.Ordinal);
        Assert.Contains(
            "over 1000 variables",
            FaultOf(ToyMat.File([.. Enumerable.Repeat(ToyMat.Variable("z", [1, 1], [1]), 1_001)])),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X has 6 bytes of type UInt8, expected 2x4 numbers", 2, 4)]
    [InlineData("X has 6 bytes of type UInt8, expected 1x2 numbers", 1, 2)]
    [InlineData("expected 65536x65536x65536x65536 numbers", 65_536, 65_536, 65_536, 65_536)] // 2^64
    [InlineData("65536x65536", 65_536, 65_536, 65_536, 65_536, 65_536, 65_536, 65_536, 65_536)] // 2^128
    [InlineData("dimensions are -2x-3", -2, -3)]
    [InlineData("expected 0x6 numbers", 0, 6)]
    [InlineData("dimensions: 4 bytes of type Int32, expected 8 to 128 of type Int32", 6)]
    public void Dimensions_that_do_not_fit_the_values_are_refused(string expected, params int[] dimensions)
    {
        var fault = FaultOf(ToyMat.File(Packed(ToyMat.Variable("X", dimensions, [1, 2, 3, 4, 5, 6]))));

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_lies_is_refused_before_memory_is_taken_for_it()
    {
        var big = ToyMat.Variable("X", [500_000_000, 4], []);
        var claims = BitConverter.GetBytes(2_000_000_000);
        claims.CopyTo(big, big.Length - 4); // The values' tag.
        var inner = ToyMat.Variable("X", [2, 3], [1, 2, 3, 4, 5, 6]);
        claims.CopyTo(inner, 4); // The variable's own tag.
        byte[][] liars =
        [
            ToyMat.File(big), ToyMat.File(Packed(big)), ToyMat.File(inner), ToyMat.File(Packed(inner)),
            ToyMat.File(ToyMat.Element(ToyMat.Packed, [1, 2, 3], claimed: int.MaxValue)),
            ToyMat.File(ToyMat.Element(ToyMat.Packed, [1, 2, 3], claimed: -1)),
        ];

        foreach (var file in liars)
        {
            AssertRefusedWithLittleMemory(file, maxBytes: 2_000_000_000);
        }
    }

    [Fact]
    public void What_is_over_its_limit_is_refused_before_memory_is_taken_for_it()
    {
        const int bytes = 1 << 23;
        var bomb = ToyMat.File(Packed(ToyMat.Variable("X", [bytes, 1], new byte[bytes])));

        Assert.InRange(bomb.Length, 0, bytes / 100);
        AssertRefusedWithLittleMemory(bomb, maxBytes: bytes - 1);
        Assert.Contains(
            $"X has {bytes} bytes of type UInt8, at most 1000 are read", FaultOf(bomb), StringComparison.Ordinal);
        Assert.Equal(bytes, MatFile.Parse(bomb, "x.mat", Only("X", bytes))["X"].Values.Length);
    }

    [Fact]
    public void A_file_that_ends_anywhere_else_is_refused()
    {
        var whole = ToyMat.File(X, Packed(Y));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.StartsWith("x.mat: ", FaultOf(whole[..length]), StringComparison.Ordinal);
        }

        Assert.Contains("cut short in its tag", FaultOf([.. whole, 1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zlib_stream_that_is_damaged_ends_early_or_goes_on_is_refused()
    {
        var packed = Packed(X);
        var wrongSum = packed.ToArray();
        wrongSum[^1] ^= 1;
        var noStream = packed.ToArray();
        noStream[8] = 0;

        Assert.Contains("damaged in its", FaultOf(ToyMat.File(wrongSum)), StringComparison.Ordinal);
        Assert.Contains("damaged in its unpacked tag", FaultOf(ToyMat.File(noStream)), StringComparison.Ordinal);
        Assert.Contains(
            "cut short in its",
            FaultOf(ToyMat.File(ToyMat.Element(ToyMat.Packed, packed[8..^10]))),
            StringComparison.Ordinal);
        Assert.Contains("cut short in its values", FaultOf(ToyMat.File(Packed(X[..^8]))), StringComparison.Ordinal);
        Assert.Contains("goes on after its values", FaultOf(ToyMat.File(Packed([.. X, 0]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_bytes_make_it_say_one_line_and_never_fail_otherwise() => Gen.Select(
        Gen.Bool, Gen.Select(Gen.Int[124, 400], Gen.Byte).Array[1, 4]).Sample((packed, changes) =>
        {
            var file = ToyMat.File(packed ? Packed(X) : X, packed ? Packed(Y) : Y);
            foreach (var (at, value) in changes)
            {
                file[at % file.Length] = value;
            }

            var fault = Record.Exception(() => MatFile.Parse(file, "x.mat", Limits()));

            Assert.True(fault is null or PteeFormatException, fault?.ToString());
            Assert.DoesNotContain('\n', fault?.Message ?? "");
        });

    private static void AssertRefusedWithLittleMemory(byte[] file, long maxBytes)
    {
        FaultOf(file, maxBytes); // What only a first call takes is not counted.
        var before = GC.GetAllocatedBytesForCurrentThread();

        FaultOf(file, maxBytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static byte[] Packed(byte[] element) => ToyMat.Pack(element);

    private static Dictionary<string, long> Only(string name, long maxBytes) => new() { [name] = maxBytes };

    private static string FaultOf(byte[] file, long maxBytes = 1_000) => Assert.Throws<PteeFormatException>(
        () => MatFile.Parse(file, "x.mat", Limits(maxBytes))).Message;

    private static Dictionary<string, long> Limits(long x = 1_000) => new() { ["X"] = x, ["y"] = 80 };
}
