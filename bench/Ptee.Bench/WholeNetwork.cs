using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Ptee.Onnx.Graphs;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;

namespace Ptee.Bench;

/// <summary>
/// What people have without us: the undivided network in one ONNX Runtime session, with full graph optimization and buffers
/// that are bound once.
/// </summary>
internal sealed class WholeNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();
    private readonly OrtValue _input;
    private readonly OrtValue _output;

    /// <param name="count">Images a run.</param>
    /// <param name="ownThreads">Threads of the session's own; else the process's, which our engine's graphs share.</param>
    public WholeNetwork(Bundle bundle, int count, int threads, bool ownThreads)
    {
        var manifest = bundle.Manifest;
        var backbone = Backbones.Build(manifest.Architecture);
        var weights = Enumerable.Range(0, manifest.SegmentCount).SelectMany(bundle.SegmentWeights)
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        if (ownThreads)
        {
            options.IntraOpNumThreads = threads;
        }
        else
        {
            options.DisablePerSessionThreads();
        }

        _session = new InferenceSession(BundleGraphs.Blocks("whole", backbone, .., weights).ToByteArray(), options);
        var shape = manifest.InputShape;
        _input = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, TensorElementType.Float, [count, shape.Channels, shape.Height, shape.Width]);
        _output = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, TensorElementType.Float, [count, manifest.Labels.Length]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(GraphWriter.Input, _input);
        _binding.BindOutput(BundleGraphs.Features, _output);
    }

    /// <param name="input">(count, C, H, W).</param>
    /// <returns>Logits, (count, classes); good until the next run.</returns>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> input)
    {
        input.CopyTo(_input.GetTensorMutableDataAsSpan<float>());
        _session.RunWithBinding(_run, _binding);
        return _output.GetTensorDataAsSpan<float>();
    }

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _run.Dispose();
        _session.Dispose();
    }
}
