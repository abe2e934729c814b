using Ptee.Edge.Classification;
using Ptee.Shared.Exits;

namespace Ptee.Tests.Edge.Classification;

/// <summary>Alone: the count is the whole process's.</summary>
[CollectionDefinition(nameof(LiveTensorsTests), DisableParallelization = true)]
[Collection(nameof(LiveTensorsTests))]
public sealed class LiveTensorsTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    [Fact]
    public async Task A_run_leaves_no_tensor_behind()
    {
        var classifier = model.Classifier(model.Plan(ExitPolicy.Never, withServer: false));
        await classifier.AllAsync(InputPictures.Of(EdgeModel.Images(1)));
        var before = classifier.LiveTensors;

        await classifier.AllAsync(InputPictures.Of(EdgeModel.Images(20)));

        Assert.True(classifier.LiveTensors <= before, $"{before} tensors became {classifier.LiveTensors}");
    }
}
