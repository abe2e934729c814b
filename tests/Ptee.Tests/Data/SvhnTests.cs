using System.Net.Sockets;
using Ptee.Data;
using Ptee.Data.Fetching;
using Ptee.Data.Sets;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class SvhnTests : IDisposable
{
    private const int Side = 32;
    private const int PictureBytes = 3 * Side * Side;

    private readonly FileServer _server = new();
    private readonly TempFolder _root = new();

    [Theory]
    [InlineData(ToyMat.UInt8, false)]
    [InlineData(ToyMat.UInt8, true)]
    [InlineData(ToyMat.Double, true)]
    public void Pictures_stand_upright_and_ten_is_the_digit_zero(int labelType, bool packed)
    {
        var set = DataSets.Open(_root.Write("mine.MAT", Mat([1, 10, 9], labelType, packed)));

        Assert.Equal((3, Side), (set.Count, set.Size));
        Assert.Equal([1, 0, 9], Enumerable.Range(0, 3).Select(set.LabelOf));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], set.Classes);
        for (var i = 0; i < 3 * PictureBytes; i++)
        {
            var (picture, channel, row, column) =
                (i / PictureBytes, i / (Side * Side) % 3, i / Side % Side, i % Side);
            Assert.Equal(Value(picture, channel, row, column), set.Pixels(picture)[i % PictureBytes]);
        }
    }

    [Fact]
    public void One_picture_has_no_fourth_dimension()
    {
        var file = ToyMat.File(
            ToyMat.Variable("y", [1, 1], [3]), ToyMat.Variable("X", [Side, Side, 3], new byte[PictureBytes]));

        Assert.Equal(3, Assert.Single(Labels(DataSets.Open(_root.Write("one.mat", file)))));
    }

    [Fact]
    public void Variables_of_another_shape_or_type_are_refused()
    {
        var y = ToyMat.Variable("y", [2, 1], [1, 2]);
        var two = new byte[2 * PictureBytes];

        Assert.Equal(
            "X is 3x32x32x2 of type UInt8, expected 32x32x3xN of type UInt8", FaultOf(X([3, 32, 32, 2], two), y));
        Assert.Equal("X is 2x3072 of type UInt8, expected 32x32x3xN of type UInt8", FaultOf(X([2, 3_072], two), y));
        Assert.Equal(
            "X is 32x32x3 of type Int16, expected 32x32x3xN of type UInt8",
            FaultOf(ToyMat.Variable("X", [32, 32, 3], two, type: 3), y));
        Assert.Equal(
            "y is 2x1 of type UInt8, expected 1x1 as X is 32x32x3x1 of type UInt8",
            FaultOf(X([32, 32, 3, 1], two[..PictureBytes]), y));
        Assert.Equal(
            "y is 1x2 of type UInt8, expected 2x1 as X is 32x32x3x2 of type UInt8",
            FaultOf(X([32, 32, 3, 2], two), ToyMat.Variable("y", [1, 2], [1, 2])));
        Assert.Equal(
            "y is 2x1 of type UInt16, expected type UInt8 or Double",
            FaultOf(X([32, 32, 3, 2], two), ToyMat.Variable("y", [2, 1], [1, 0, 2, 0], type: 4)));
        Assert.Equal("no array of numbers y, expected X and y", FaultOf(X([32, 32, 3, 2], two)));

        static byte[] X(int[] dimensions, byte[] values) => ToyMat.Variable("X", dimensions, values);
    }

    [Theory]
    [InlineData(0, ToyMat.UInt8)]
    [InlineData(11, ToyMat.UInt8)]
    [InlineData(255, ToyMat.UInt8)]
    [InlineData(2.5, ToyMat.Double)]
    [InlineData(-1, ToyMat.Double)]
    [InlineData(double.NaN, ToyMat.Double)]
    [InlineData(double.PositiveInfinity, ToyMat.Double)]
    public void Another_label_is_refused(double label, int type)
    {
        var path = _root.Write("mine.mat", Mat([1, label], type));

        var fault = Assert.Throws<PteeFormatException>(() => DataSets.Open(path));

        Assert.Equal(FormattableString.Invariant($"{path}: label {label} at 1, expected 1 to 10"), fault.Message);
    }

    [Fact]
    public void A_file_that_is_none_or_another_size_is_refused_in_one_line()
    {
        var text = _root.Write("text.mat", "this is text"u8.ToArray());

        Assert.Equal(
            $"{text}: 12 bytes, a MAT-file's header alone has 128",
            Assert.Throws<PteeFormatException>(() => DataSets.Open(text)).Message);
        Assert.Equal(
            $"{text} holds pictures of 32x32, expected 64x64",
            Assert.Throws<PteeFormatException>(() => DataSets.Open(text, size: 64)).Message);
    }

    [Fact]
    public void Real_digits_have_the_labels_and_the_pixels_that_another_reader_finds()
    {
        var path = TestData.Folder("svhn-sample.mat");

        var set = DataSets.Open(path);

        Assert.Equal((180, Side), (set.Count, set.Size));
        Assert.Equal([8, 8, 0, 9, 4, 3, 5, 0, 4, 9, 1, 3], Labels(set).Take(12));
        Assert.Equal(
            [17, 17, 22, 14, 19, 23, 16, 16, 17, 19],
            Labels(set).CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        long[] sums = [0, 0, 0];
        var (across, down) = (0L, 0L);
        for (var i = 0; i < set.Count; i++)
        {
            var pixels = set.Pixels(i);
            for (var j = 0; j < PictureBytes; j++)
            {
                sums[j / (Side * Side)] += pixels[j];
            }

            for (var j = 0; j < Side * Side; j++)
            {
                across += j % Side > 0 ? Math.Abs(pixels[j] - pixels[j - 1]) : 0;
                down += j >= Side ? Math.Abs(pixels[j] - pixels[j - Side]) : 0;
            }
        }

        Assert.Equal([21_148_205, 21_538_484, 22_851_787], sums);
        // Digits stand: there are more edges from left to right than from top to bottom.
        Assert.Equal((1_745_269, 1_120_756), (across, down));
        Assert.Equal("c3d566eae045497dd2dcc6a445ecce1f99e24ecb32aa390efb25bcf3d5a7f65d", set.Fingerprint);
    }

    [Fact]
    public async Task What_was_fetched_is_train_and_held_out_without_overlap()
    {
        var labels = Enumerable.Range(0, 5_003).Select(i => 1.0 + (i % 10)).ToArray();
        var (train, test) = (Mat(labels, ToyMat.UInt8), Mat(labels[..2], ToyMat.UInt8));
        (_server.Files["train_32x32.mat"], _server.Files["test_32x32.mat"]) = (train, test);
        var set = Svhn.Set with
        {
            Source = new DataSource(
                "svhn",
                [ToyData.FileOf("train_32x32.mat", train), ToyData.FileOf("test_32x32.mat", test)],
                [new FilesPlace(_server.Address)]),
        };

        var fetched = await ToyData.GetAsync(_root.Path, set.Source);

        var parts = set.Parts.ToDictionary(part => part.Name, part => set.Load(part, fetched.Folder));
        Assert.Equal((3, 5_000, 2), (parts["train"].Count, parts["heldout"].Count, parts["test"].Count));
        Assert.Equal([1, 2, 3], Labels(parts["train"]));
        Assert.Equal([4, 5, 6, 7, 8, 9, 0], Labels(parts["heldout"]).Take(7));
        Assert.Equal(Value(3, 2, 30, 1), parts["heldout"].Pixels(0)[(2 * Side * Side) + (30 * Side) + 1]);
        Assert.Equal("svhn:heldout", parts["heldout"].Name);
    }

    [Fact]
    public async Task The_official_address_is_asked_and_other_bytes_from_there_are_refused()
    {
        var wrong = new byte[64_275_384];
        _server.Files["housenumbers/train_32x32.mat"] = ToyMat.File();
        _server.Files["housenumbers/test_32x32.mat"] = wrong;

        var length = await FetchFaultAsync(new LoopbackHandler(_server.Address));
        // The length is right, the content is not.
        var test = Svhn.Set.Source.Files.Single(file => file.Bytes == wrong.Length);
        var hash = await test.FaultAsync(_root.Write("wrong.mat", wrong), CancellationToken.None);

        Assert.Equal(
            "svhn could not be fetched: http://ufldl.stanford.edu/housenumbers/: " +
            "train_32x32.mat: 128 bytes, expected 182040794",
            length);
        Assert.EndsWith(
            "expected cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
            hash,
            StringComparison.Ordinal);
        Assert.Equal(["housenumbers/train_32x32.mat"], _server.Requests);
    }

    [Fact]
    public async Task Without_a_network_or_a_file_there_the_fault_is_one_line_and_nothing_stays()
    {
        using var noNetwork = new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => throw new SocketException((int)SocketError.HostNotFound),
        };

        var unreachable = await FetchFaultAsync(noNetwork);
        var gone = await FetchFaultAsync(new LoopbackHandler(_server.Address));

        const string begins = "svhn could not be fetched: http://ufldl.stanford.edu/housenumbers/: ";
        Assert.StartsWith(begins, unreachable, StringComparison.Ordinal);
        Assert.Contains("(ufldl.stanford.edu:80)", unreachable, StringComparison.Ordinal);
        Assert.StartsWith(begins, gone, StringComparison.Ordinal);
        Assert.Contains("404", gone, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', unreachable + gone);
        Assert.Empty(_root.Files());
    }

    [Fact]
    public void A_set_that_is_not_there_says_how_to_get_it() => Assert.EndsWith(
        "train_32x32.mat: no such file; 'ptee data get' fetches it",
        Assert.Throws<PteeFormatException>(() => DataSets.Open("svhn:heldout", _root.Path)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_name_gives_the_classes() => Assert.Equal(Svhn.Classes, DataSets.ClassesOf("svhn"));

    public void Dispose()
    {
        _server.Dispose();
        _root.Dispose();
    }

    /// <summary>No two of a picture's neighbours are alike, and rows differ from columns.</summary>
    private static byte Value(int picture, int channel, int row, int column) =>
        (byte)((picture * 101) + (channel * 67) + (row * 5) + column);

    /// <summary>As MATLAB lays it out: rows fastest, then columns, channels, pictures.</summary>
    private static byte[] Mat(double[] labels, int labelType, bool packed = true)
    {
        var x = new List<byte>(labels.Length * PictureBytes);
        for (var picture = 0; picture < labels.Length; picture++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                for (var column = 0; column < Side; column++)
                {
                    for (var row = 0; row < Side; row++)
                    {
                        x.Add(Value(picture, channel, row, column));
                    }
                }
            }
        }

        byte[] y = labelType == ToyMat.Double
            ? [.. labels.SelectMany(label => BitConverter.GetBytes(label))]
            : [.. labels.Select(label => (byte)label)];
        byte[][] variables =
        [
            ToyMat.Variable("X", [Side, Side, 3, labels.Length], [.. x]),
            // Of class double also where they are stored as bytes: MATLAB writes small whole numbers so.
            ToyMat.Variable("y", [labels.Length, 1], y, labelType, arrayClass: 6),
        ];
        return ToyMat.File(packed ? [.. variables.Select(ToyMat.Pack)] : variables);
    }

    private static IEnumerable<int> Labels(ImageSet set) => Enumerable.Range(0, set.Count).Select(i => set.LabelOf(i)!.Value);

    private string FaultOf(params byte[][] variables)
    {
        var path = _root.Write("mine.mat", ToyMat.File(variables));
        var fault = Assert.Throws<PteeFormatException>(() => DataSets.Open(path)).Message;
        Assert.StartsWith($"{path}: ", fault, StringComparison.Ordinal);
        return fault[$"{path}: ".Length..];
    }

    private async Task<string> FetchFaultAsync(HttpMessageHandler handler)
    {
        using var http = new HttpClient(handler);
        return (await Assert.ThrowsAsync<PteeFormatException>(
            () => new DataFetcher(http).GetAsync("svhn", _root.Path).WaitAsync(TimeSpan.FromSeconds(60)))).Message;
    }
}
