using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Tests.Data;

namespace Ptee.Tests.EndToEnd;

/// <summary>Folders as people have them, through the real programs.</summary>
[Collection(Alone.Name)]
public sealed class PictureFoldersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Json => _folder["report.json"];

    public void Dispose()
    {
        OddFiles.RemoveBadNames(_folder.Path);
        _folder.Dispose();
    }

    [Fact]
    public async Task Folders_with_numbers_are_those_classes_of_a_model_without_names()
    {
        var model = await ImportedAsync();

        var subset = await EvalAsync(model, Failing("folder-numbers", "subset"));
        Assert.Equal("", subset.Error);
        Assert.Equal(new AccuracyReport(1, 1, 1, 9), subset.Report.Accuracy);

        var eleven = await EvalAsync(model, Failing("folder-numbers", "eleven"));
        Assert.Contains("expected the model's: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9. 1 of 11 pictures has no label (10)", eleven.Error, StringComparison.Ordinal);
        Assert.Equal(new AccuracyReport(1, 1, 1, 10), eleven.Report.Accuracy);
        Assert.Contains("100.00 % of the 10 images with a label", eleven.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_with_names_are_no_classes_of_a_model_without_and_that_is_said()
    {
        var (report, output, error) = await EvalAsync(await ImportedAsync(), Failing("folder-names"));

        Assert.Null(report.Accuracy.System);
        Assert.Contains("its classes are cat, dog; expected the model's: 0, 1, 2", error, StringComparison.Ordinal);
        Assert.Contains("ptee import --labels", error, StringComparison.Ordinal);
        Assert.Contains("No accuracy is known: no image has a label that is a class of the model.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_and_class_of_a_record_are_numbered_alike()
    {
        var records = await ClassifiedAsync(Failing("folder-names"));

        Assert.Equal([3, 3, 5, 5], records.Select(record => record.Label));
        Assert.All(records, record => Assert.Equal(Bundle.Open(Programs.EmbeddedBundle).Manifest.Labels[record.Class], record.ClassName));
        Assert.Equal(4, records.Count(record => record.Label == record.Class));
    }

    [Theory]
    [InlineData("folder-names", 4, 4)]
    [InlineData("folder-dotfiles", 4, 4)]
    [InlineData("folder-jupyter", 10, 10)]
    public async Task Folders_called_as_the_model_s_classes_have_an_accuracy(string folder, int images, int labelled)
    {
        var (report, _, error) = await EvalAsync(Programs.EmbeddedBundle, Failing(folder));

        Assert.Equal("", error);
        Assert.Equal((images, labelled), (report.Images, report.Accuracy.Labelled));
        Assert.InRange(report.Accuracy.System!.Value, 0.9, 1);
    }

    [Fact]
    public async Task What_is_not_read_is_counted_by_kind_by_both_programs()
    {
        var folder = Failing("folder-skipped");

        var (report, _, error) = await EvalAsync(Programs.EmbeddedBundle, folder);
        var edge = await Programs.EdgeAsync("classify", folder, "--bundle", Programs.EmbeddedBundle);

        Assert.Equal(3, report.Images);
        Assert.Equal($"{folder}: 2 files left out (.bmp, .tif)", error);
        Assert.Equal(0, edge.Status);
        Assert.Contains("2 files left out (.bmp, .tif)", edge.Error, StringComparison.Ordinal);
        Assert.Contains("c.jfif", edge.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turned_png_is_seen_upright()
    {
        var records = await ClassifiedAsync(Failing("picture-exif-png"));

        Assert.Equal(["ship", "ship", "ship"], records.Select(record => record.ClassName));
    }

    [Fact]
    public async Task A_folder_with_a_pipe_and_odd_names_is_read_to_its_end()
    {
        OddFiles.RequireLinux();
        OddFiles.CopiesWithOddNames(Failing("names", "make.sh"), Failing("folder-names", "cat", "00000.png"), _folder["in"]);
        OddFiles.Pipe(_folder["in/pipe.png"]);

        var (report, output, error) = await EvalAsync(Programs.EmbeddedBundle, _folder["in"]);
        var edge = await Programs.EdgeAsync("classify", _folder["in"], "--bundle", Programs.EmbeddedBundle);

        Assert.Equal((2, 2), (report.Images, report.Unreadable));
        Assert.Contains("2 of 4 pictures cannot be read and are left out", error, StringComparison.Ordinal);
        Assert.Contains("its name is not UTF-8: rename it", error, StringComparison.Ordinal);
        Assert.Contains("it is a pipe, expected a file", error, StringComparison.Ordinal);
        Assert.Contains("Pictures that could not be read, and are in no figure: 2", output, StringComparison.Ordinal);
        Assert.Equal(1, edge.Status); // Pictures got no answer, the others did.
        Assert.Equal(4, edge.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(@"colour\u001b[31m.png  cat", edge.Output, StringComparison.Ordinal);
        Assert.Contains(@"two\nlines.png  cat", edge.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', edge.Output + edge.Error + output + error);
    }

    [Fact]
    public async Task Training_and_calibration_go_on_without_a_damaged_picture_and_name_it()
    {
        for (var i = 0; i < 40; i++)
        {
            _folder.Write($"in/{i:00}.png", Ptee.Data.Pictures.PngBytes(ToyData.Bytes(i, 3 * 32 * 32), 32));
        }

        for (var i = 0; i < 4; i++)
        {
            _folder.Write($"in/bad{i}.png", [1, 2, 3]);
        }

        await InProcess.Run("backbone", "train", "--arch", "resnet20", "--data", Cifar(), "--epochs", "1", "--small-epochs", "0", "-o", _folder["m"]);
        await InProcess.Run("place", _folder["m"], "--at", "3", "--branch", "pool", "--confidence", "sorted");
        await Named("train", _folder["m"], "--data", _folder["in"], "--loss", "independent", "--epochs", "1", "--batch", "8");
        await Named("calibrate", _folder["m"], "--data", _folder["in"], "--accurate", "0.7");

        async Task Named(params string[] arguments)
        {
            var run = await Programs.PteeAsync(arguments);
            Assert.True(run.Status == 0, run.Error);
            Assert.All(Enumerable.Range(0, 4), i => Assert.Contains($"bad{i}.png: not a picture", run.Error, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Learning_from_labels_asks_for_a_label_of_each_picture()
    {
        for (var i = 0; i < 30; i++)
        {
            _folder.Write(i < 3 ? $"in/{i}.png" : $"in/{(i % 2 == 0 ? "a" : "b")}/{i}.png", Ptee.Data.Pictures.PngBytes(ToyData.Bytes(i, 3 * 32 * 32), 32));
        }

        var fault = await InProcess.Refused("backbone", "train", "--arch", "resnet20", "--data", _folder["in"], "-o", _folder["m"]);

        Assert.Matches("in: [1-3] of (27|3) pictures have no label, expected one folder a class", fault);
    }

    private static string Failing(params string[] parts) => TestData.Folder(["failing", .. parts]);

    private string Cifar() => _folder.Write("pictures.bin", ToyData.Cifar(seed: 3, 150));

    private async Task<string> ImportedAsync()
    {
        await InProcess.Run("import", TestData.Folder("checkpoints", "resnet20-12fca82f.th"), "--arch", "resnet20", "-o", _folder["rn20"]);
        return _folder["rn20"];
    }

    /// <returns>What was left on standard error apart from how far it is.</returns>
    private async Task<(Report Report, string Output, string Error)> EvalAsync(string model, string data)
    {
        var run = await Programs.PteeAsync("eval", model, "--data", data, "--json", Json);
        Assert.True(run.Status == 0, run.Error);
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("reading ", StringComparison.Ordinal) && !line.EndsWith(" left", StringComparison.Ordinal));
        return (JsonFile.Read<Report>(Json), run.Output, string.Join('\n', lines));
    }

    private async Task<ImageRecord[]> ClassifiedAsync(string folder)
    {
        var run = await Programs.EdgeAsync("classify", folder, "--bundle", Programs.EmbeddedBundle, "--json", Json);
        Assert.True(run.Status == 0, run.Error);
        return JsonFile.Read<ClassifyReport>(Json).Images;
    }
}
