using Ptee.Data;
using Ptee.Edge.Classification;
using Ptee.Shared;
using Ptee.Tests.Data;

namespace Ptee.Tests.Edge.Classification;

public sealed class InputPicturesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_gives_the_pictures_and_names_that_data_sets_give_and_the_model_s_labels()
    {
        foreach (var (name, i) in new[] { "cat/b.png", "cat/a.png", "dog/c.png" }.Select((name, i) => (name, i)))
        {
            _folder.Write(name, Png(i));
        }

        var set = DataSets.Open(_folder.Path);
        var pictures = (await OpenAsync(_folder.Path)).ToArray();

        Assert.Equal(
            Enumerable.Range(0, set.Count).Select(i => (set.NameOf(i), set.LabelOf(i) == 0 ? 3 : 5, set.Pixels(i).ToArray())),
            pictures.Select(picture => (picture.Name, picture.Label!.Value, picture.Pixels().ToArray())));
    }

    [Fact]
    public async Task A_folder_that_is_no_class_of_the_model_gives_no_label_and_a_line()
    {
        _folder.Write("cat/a.png", Png(0));
        _folder.Write("yak/b.png", Png(1));
        var lines = new Lines();

        var pictures = await InputPictures.OpenAsync([_folder.Path], EdgeModel.Size, DataSets.ClassesOf("cifar10")!, progress: lines);

        Assert.Equal([3, null], pictures.Select(picture => picture.Label));
        Assert.Contains("its classes are cat, yak; expected the model's: airplane", Assert.Single(lines.All).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_picture_fails_when_its_turn_comes_and_not_before()
    {
        _folder.Write("a.png", Png(0));
        _folder.Write("b.png", [1, 2, 3]);

        var pictures = (await OpenAsync(_folder.Path)).ToArray();

        Assert.Equal(3 * 32 * 32, pictures[0].Pixels().Length);
        var exception = Assert.Throws<PteeFormatException>(() => pictures[1].Pixels());
        Assert.Contains("b.png", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_inputs_follow_each_other()
    {
        var picture = _folder.Write("one.png", Png(0));
        var batch = _folder.Write("two.bin", new byte[2 * 3073]);
        var digit = _folder.Write("three.mat", ToyMat.File(
            ToyMat.Variable("X", [32, 32, 3], new byte[3072]), ToyMat.Variable("y", [1, 1], [7])));

        var names = (await OpenAsync(picture, batch, digit)).Select(input => input.Name);

        Assert.Equal(["one.png", $"{batch}#0", $"{batch}#1", $"{digit}#0"], names);
    }

    [Fact]
    public async Task A_path_that_is_nothing_is_refused_by_name()
    {
        var exception = await Assert.ThrowsAsync<PteeFormatException>(() => OpenAsync("nowhere/x.png"));

        Assert.Contains("nowhere/x.png", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_pictures_is_refused_by_name()
    {
        var exception = await Assert.ThrowsAsync<PteeFormatException>(() => OpenAsync(_folder.Path));

        Assert.Contains(_folder.Path, exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Png(int i) => Ptee.Data.Pictures.PngBytes(EdgeModel.Images(i + 1).Pixels(i), EdgeModel.Size);

    private static Task<IEnumerable<InputPicture>> OpenAsync(params string[] files) =>
        InputPictures.OpenAsync(files, EdgeModel.Size, DataSets.ClassesOf("cifar10")!);
}
