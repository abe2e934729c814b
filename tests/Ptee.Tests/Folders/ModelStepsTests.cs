using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Preprocessing;
using Ptee.Tests.Data;
using Ptee.Training.Folders;
using Ptee.Training.Placement;
using static Ptee.Tests.EndToEnd.InProcess;

namespace Ptee.Tests.Folders;

public sealed class ModelStepsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelFolder _model;

    public ModelStepsTests()
    {
        _model = new ModelFolder(_folder["m"]);
        JsonFile.Write(_model.Description, new BackboneDescription(
            new Architecture("resnet20", "A", 10, 32), PreprocessingSpec.ImageNet(32), [.. Enumerable.Range(0, 10).Select(i => $"{i}")],
            new Provenance("test", "", "", "", 1, "", "")));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train m", "")]
    [InlineData("train m --loss joint -o other", "")]
    [InlineData("sweep m --lambda 0.5", "")]
    [InlineData("train m --loss heads", ", then ptee train")]
    [InlineData("place m --method measured", ", then ptee train")]
    [InlineData("calibrate m", ", then ptee train")]
    [InlineData("train-codec m", ", then ptee train and ptee calibrate")]
    [InlineData("pack m -o other", ", then ptee train and ptee calibrate")]
    public async Task A_step_that_comes_too_early_names_those_before_it_and_fetches_no_data(string line, string then) =>
        Assert.Equal($"ptee: {_model.Placement}: not found; run ptee place {_model.Path} first{then}", await TooEarly(line));

    [Theory]
    [InlineData("calibrate m", "")]
    [InlineData("pack m -o other", ", then ptee calibrate")]
    public async Task A_step_that_is_done_is_not_named(string line, string then)
    {
        JsonFile.Write(_model.Placement, new PlacementPlan("at", [new PlannedExit(3, "pool", "linear")]));

        Assert.Equal($"ptee: {_model.ExitWeights}: not found; run ptee train {_model.Path} first{then}", await TooEarly(line));
    }

    [Fact]
    public void A_folder_without_a_backbone_needs_one_before_any_step() => Assert.Contains(
        "expected a model's folder", Assert.Throws<PteeFormatException>(new ModelFolder(_folder["none"]).RequireExits).Message, StringComparison.Ordinal);

    private Task<string> TooEarly(string line)
    {
        string[] words = [.. line.Split(' ').Select(word => word switch { "m" => _model.Path, "other" => _folder["other"], _ => word })];
        return Refused(words[0] == "pack" ? words : [.. words, "--data", "nowhere"]);
    }
}
