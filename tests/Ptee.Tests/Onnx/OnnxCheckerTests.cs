using System.Diagnostics;
using Google.Protobuf;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Onnx.Format;
using Ptee.Onnx.Graphs;
using Ptee.Shared.Architectures;
using Ptee.Shared.Features;

namespace Ptee.Tests.Onnx;

/// <summary>ONNX's own checker on what we write: IR, operators, and shapes inferred all through. Debian: python3-onnx.</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private const string Check = """
        import sys, onnx
        for path in sys.argv[1:]:
            model = onnx.load(path)
            assert model.ir_version <= 8 and model.opset_import[0].version <= 17, path
            onnx.checker.check_model(model, full_check=True)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-onnx-").FullName;

    public OnnxCheckerTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_backbone_is_a_valid_graph()
    {
        RequireChecker();
        foreach (var name in Backbones.Names)
        {
            using var network = new BackboneNetwork(Backbones.Build(new Architecture(name, Backbones.Shortcuts(name).FirstOrDefault(""), 10, 32)));
            // In two halves as well: a segment that is not the first begins with an operator of its own.
            var blocks = network.Backbone.Blocks.Count;
            Write(name, BundleGraphs.Blocks(name, network.Backbone, .., network.CopyWeights()));
            Write($"{name}-upper", BundleGraphs.Blocks(name, network.Backbone, (blocks / 2)..blocks, network.CopyWeights((blocks / 2)..blocks)));
        }

        RunChecker();
    }

    [Fact]
    public void A_bottleneck_s_encoder_and_decoder_are_valid_graphs()
    {
        RequireChecker();
        var bundle = TestBundles.WithBottleneck();
        Write("encoder", BundleGraphs.Encoder(bundle, bundle.Manifest.DeepestSplit));
        Write("decoder", BundleGraphs.Decoder(bundle, bundle.Manifest.DeepestSplit));
        RunChecker();
    }

    [Fact]
    public void Every_branch_and_head_is_a_valid_graph()
    {
        RequireChecker();
        foreach (var kind in Branches.Names)
        {
            foreach (var head in ConfidenceHeads.Names)
            {
                using var branch = new BranchNetwork(Branches.Build(kind, new FeatureShape(16, 16, 16), 10, head));
                Write($"{kind}-{head}", BundleGraphs.Exit(kind, branch.Branch, branch.CopyWeights()));
            }
        }

        RunChecker();
    }

    private static void RequireChecker()
    {
        var isThere = File.Exists(Python);
        if (isThere)
        {
            using var python = Process.Start(new ProcessStartInfo(Python, ["-c", "import onnx"]) { RedirectStandardError = true })!;
            python.StandardError.ReadToEnd();
            python.WaitForExit();
            isThere = python.ExitCode == 0;
        }

        Assert.SkipUnless(isThere, "ONNX's checker is not here: apt-get install python3-onnx");
    }

    private void Write(string name, ModelProto model) => File.WriteAllBytes(Path.Combine(_folder, $"{name}.onnx"), model.ToByteArray());

    private void RunChecker()
    {
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", Check, .. Directory.GetFiles(_folder)]) { RedirectStandardError = true })!;
        var error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, error);
    }
}
