using System.Buffers;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Profiling;
using Ptee.Tests.Data;
using Ptee.Tests.Model;
using Ptee.Training.Bundling;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Tests;

/// <summary>Each backbone goes the whole way: profile, place, train two steps, calibrate, pack, split.</summary>
[Collection(Alone.Name)]
public sealed class EveryBackboneTests : IDisposable
{
    private const int BatchSize = 4;
    private static readonly PreprocessingSpec Preprocessing = PreprocessingSpec.ImageNet(32);
    private static readonly Provenance Unknown = new("random weights", "", "MIT", "", 1, "", "test");

    private readonly TempFolder _folder = new();

    public EveryBackboneTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Networks
    {
        get
        {
            var networks = new TheoryData<string, string>();
            foreach (var name in Backbones.Names)
            {
                foreach (var shortcut in Backbones.Shortcuts(name))
                {
                    networks.Add(name, shortcut);
                }
            }

            return networks;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_backbone_can_be_placed_trained_packed_and_split(string name, string shortcut)
    {
        var backbone = Backbones.Build(new Architecture(name, shortcut, 10, 32));
        Assert.True(BackboneProfile.Of(backbone).Macs > 0);
        var plan = new PlacementPlan(
            Placements.Pareto,
            [
                new PlannedExit(Backbone.Pixels, Branches.Pixels, ConfidenceHeads.Sorted),
                .. Placements.Place(Placements.Pareto, backbone, 2)
                    .Select(block => new PlannedExit(block, Branches.StridedLight, ConfidenceHeads.Sorted)),
            ]);
        using var network = new BackboneNetwork(backbone);
        network.SetWeights(SeededWeights.Like(network.CopyWeights(), seed: 1));
        var exits = new StagedExits(network, plan); // Disposes of the network too.
        new ExitTrainer(new ExitTrainingOptions { Epochs = 1, BatchSize = BatchSize, Loss = ExitLosses.Independent }, Preprocessing)
            .Train(exits, Pictures32.Random(2 * BatchSize), Pictures32.Random(BatchSize, seed: 2), checkpoint: null, progress: null);
        var (calibration, _) = Calibrator.Run(
            exits, Pictures32.Random(BatchSize, seed: 2), Preprocessing, new CalibrationOptions { Accurate = 0.75 }, progress: null, CancellationToken.None);
        var bundle = BundleBuilder.Build(
            $"{name}.ptee",
            new BackboneDescription(backbone.Architecture, Preprocessing, [.. Enumerable.Range(0, 10).Select(i => $"class{i}")], Unknown),
            exits.Network,
            plan,
            [.. exits.Branches.Select(branch => branch.CopyWeights())],
            calibration,
            Unknown);

        var path = _folder[$"{name}.ptee"];
        BundleWriter.Write(bundle, path, BundleHalf.Whole);

        AssertSplitChangesNothing(Bundle.Open(path));
    }

    private static void AssertSplitChangesNothing(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        using var engine = new TorchEngine(bundle, threads: 1);
        var cascade = new Cascade(manifest, engine);
        var input = new ImageBatches(manifest.Preprocessing, Pictures32.Random(BatchSize), BatchSize).All().Single().Input;
        var last = manifest.SegmentCount - 1;
        var stay = ExitPolicy.Uniform(Gates.Confidence, ExitPolicy.Never, manifest.Exits.Length);

        var whole = cascade.Run(0, last, BatchSize, input, stay).Answers.ToArray();
        Assert.Equal(input, cascade.Run(0, 0, BatchSize, input, stay).Features.ToArray()); // At the picture nothing has run yet.
        for (var cut = 0; cut < manifest.Cuts.Length; cut++)
        {
            var edge = cascade.Run(0, cut, BatchSize, input, stay);
            var server = cascade.Run(cut + 1, last, BatchSize, Sent(manifest.Cuts[cut], edge.Features.ToArray()), stay).Answers.ToArray();

            Assert.Equal(whole, server);
        }
    }

    /// <summary>What arrives of a batch's features.</summary>
    private static float[] Sent(CutDescription cut, float[] features)
    {
        var codec = FeatureCodecs.Create(FeatureCodecs.Float32, cut);
        var arrived = new float[features.Length];
        for (var at = 0; at < features.Length; at += cut.Shape.Count)
        {
            var payload = new ArrayBufferWriter<byte>();
            codec.Encode(features.AsSpan(at, cut.Shape.Count), payload);
            codec.Decode(payload.WrittenSpan, arrived.AsSpan(at, cut.Shape.Count));
        }

        return arrived;
    }
}
