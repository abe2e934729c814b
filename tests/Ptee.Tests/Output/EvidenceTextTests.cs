using Ptee.Cli.Output;
using Ptee.Shared.Bundles;

namespace Ptee.Tests.Output;

public sealed class EvidenceTextTests
{
    [Fact]
    public void Enough_images_of_all_classes_that_the_backbone_never_saw_get_no_warning() => Assert.Equal(
        "the points stand on 5,000 held-out images, of which the backbone says 10 of 10 classes",
        EvidenceText.Of(new PointEvidence(5000, 10, NewToBackbone: true), classes: 10));

    [Fact]
    public void Missing_classes_and_images_that_the_backbone_may_know_are_warned_of_each_on_a_line_of_its_own()
    {
        var lines = EvidenceText.Of(new PointEvidence(2, 1), classes: 10).Split('\n');

        Assert.Equal("the points stand on 2 held-out images, of which the backbone says 1 of 10 classes", lines[0]);
        Assert.StartsWith("warning: images of the other classes were not among them", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("warning: it is not known whether the backbone learned from these images", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Bundles_from_before_say_that_nothing_is_recorded() =>
        Assert.Equal("how many held-out images stand behind the points is not recorded", EvidenceText.Of(evidence: null, classes: 10));

    [Fact]
    public void Settings_of_a_training_are_said_in_words_and_those_left_open_are_left_out()
    {
        Assert.Equal(
            "epoch 11, trained with loss independent, batch size 128, rate 0.002 from 79e2",
            SourceText.Of("epoch 11, ExitTrainingOptions { Loss = independent, Soft = , BatchSize = 128, Rate = 0.002 } from 79e2"));
        Assert.Equal("resnet44.th", SourceText.Of("resnet44.th"));
    }
}
