using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Ptee.Onnx.Format;

namespace Ptee.Onnx;

/// <summary>One graph, loaded. Reads and writes the caller's memory in place; nothing is kept between runs.</summary>
internal sealed class Graph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public Graph(ModelProto model)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        options.DisablePerSessionThreads();
        _session = new InferenceSession(model.ToByteArray(), options);
        Constants = model.Graph.Initializer.Count;
        _inputs = [.. model.Graph.Input.Select(input => input.Name)];
        _outputs = [.. model.Graph.Output.Select(output => output.Name)];
    }

    public int Constants { get; }

    /// <param name="input">Row-major, of shape <paramref name="inputShape"/>, whose first dimension is the batch.</param>
    public void Run(ReadOnlySpan<float> input, long[] inputShape, Span<float> output, long[] outputShape) =>
        Run(input, inputShape, output, outputShape, [], []);

    /// <summary>For a graph with two outputs.</summary>
    public unsafe void Run(
        ReadOnlySpan<float> input, long[] inputShape, Span<float> first, long[] firstShape, Span<float> second, long[] secondShape)
    {
        fixed (float* x = input, y = first, z = second)
        {
            using var source = Value(x, input.Length, inputShape);
            using var target = Value(y, first.Length, firstShape);
            if (_outputs.Length == 1)
            {
                _session.Run(_run, _inputs, [source], _outputs, [target]);
                return;
            }

            using var other = Value(z, second.Length, secondShape);
            _session.Run(_run, _inputs, [source], _outputs, [target, other]);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private static unsafe OrtValue Value(float* values, int count, long[] shape) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)values, (long)count * sizeof(float));
}
