using Ptee.Data;
using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Model;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;

namespace Ptee.Tests.Edge;

/// <summary>A bundle of random weights, its engine and random pictures, made once a test class.</summary>
public sealed class EdgeModel : IDisposable
{
    public const int Size = 32;
    public const int FinalExit = 3;

    public EdgeModel()
    {
        Bundle = TestBundles.Random();
        Engine = new TorchEngine(Bundle, threads: 1);
    }

    public Bundle Bundle { get; }

    public IEngine Engine { get; }

    /// <summary>Every image leaves at the first exit.</summary>
    public SplitPlan AllSure => Plan(threshold: 0);

    /// <summary>No image leaves before the backbone's own exit.</summary>
    public SplitPlan NeverSure => Plan(ExitPolicy.Never);

    public SplitPlan Plan(float threshold, int? split = null, string? codec = null, bool withServer = true) =>
        SplitPlan.Create(Bundle, new SplitSettings(Threshold: threshold, Split: split, Codec: codec), withServer);

    public static ImageSet Images(int count)
    {
        var pixels = new byte[count * ImageSet.Channels * Size * Size];
        new Random(5).NextBytes(pixels);
        return new ImageSet("random", Size, pixels);
    }

    public SplitClassifier Classifier(SplitPlan plan, IOffload? offload = null, ClassifierOptions? options = null) =>
        new(Bundle, Engine, plan, offload, options);

    public void Dispose() => Engine.Dispose();
}
