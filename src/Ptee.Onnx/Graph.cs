using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Ptee.Onnx.Format;

namespace Ptee.Onnx;

/// <summary>One graph, loaded. Reads and writes the caller's memory in place. For one thread at a time.</summary>
internal sealed class Graph : IDisposable
{
    private const int MostBindings = 32;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _input;
    private readonly string[] _outputs;
    private readonly long[] _inputShape;
    private readonly long[][] _outputShapes;
    private readonly Dictionary<Place, Binding> _bindings = [];

    public Graph(ModelProto model)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        options.DisablePerSessionThreads();
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        _session = new InferenceSession(model.ToByteArray(), options);
        Constants = model.Graph.Initializer.Count;
        _input = model.Graph.Input.Single().Name;
        _outputs = [.. model.Graph.Output.Select(output => output.Name)];
        _inputShape = Shape(model.Graph.Input[0]);
        _outputShapes = [.. model.Graph.Output.Select(Shape)];
    }

    public int Constants { get; }

    /// <param name="count">Images, N.</param>
    /// <param name="input">(N, …) of the graph's input, row-major.</param>
    /// <param name="output">Receives (N, …) of the graph's output.</param>
    public void Run(int count, ReadOnlySpan<float> input, Span<float> output) => Run(count, input, output, []);

    /// <summary>For a graph with two outputs.</summary>
    /// <exception cref="ArgumentException">A span has another length than <paramref name="count"/> images need.</exception>
    public unsafe void Run(int count, ReadOnlySpan<float> input, Span<float> first, Span<float> second)
    {
        Require(input.Length, count, _inputShape, nameof(input));
        Require(first.Length, count, _outputShapes[0], nameof(first));
        if (_outputs.Length > 1)
        {
            Require(second.Length, count, _outputShapes[1], nameof(second));
        }

        fixed (float* x = input, y = first, z = second)
        {
            _session.RunWithBinding(_run, BindingOf(new Place((nint)x, (nint)y, (nint)z, count)).Io);
        }
    }

    public void Dispose()
    {
        Forget();
        _session.Dispose();
        _run.Dispose();
    }

    /// <summary>A binding holds addresses and shapes and owns no memory, so it serves whatever lies there at the next call;
    /// callers that keep their buffers bind once.</summary>
    private Binding BindingOf(Place place)
    {
        if (_bindings.TryGetValue(place, out var known))
        {
            return known;
        }

        if (_bindings.Count == MostBindings)
        {
            Forget();
        }

        var binding = new Binding(
            _session,
            [_input, .. _outputs],
            [Value(place.X, place.Count, _inputShape), .. _outputShapes.Select((shape, i) => Value(i == 0 ? place.Y : place.Z, place.Count, shape))]);
        _bindings.Add(place, binding);
        return binding;
    }

    private void Forget()
    {
        foreach (var binding in _bindings.Values)
        {
            binding.Dispose();
        }

        _bindings.Clear();
    }

    private static OrtValue Value(nint address, int count, long[] shape)
    {
        long[] whole = [count, .. shape.AsSpan(1)];
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Float, whole, address, Values(count, shape) * sizeof(float));
    }

    private static void Require(int length, int count, long[] shape, string name)
    {
        if (length != Values(count, shape))
        {
            throw new ArgumentException($"{length} values, expected {Values(count, shape)} for {count} images", name);
        }
    }

    private static long Values(int count, long[] shape)
    {
        long values = count;
        for (var axis = 1; axis < shape.Length; axis++)
        {
            values *= shape[axis];
        }

        return values;
    }

    /// <summary>The first dimension is the batch and has no length.</summary>
    private static long[] Shape(ValueInfoProto value) => [.. value.Type.TensorType.Shape.Dim.Select(length => length.DimValue)];

    private readonly record struct Place(nint X, nint Y, nint Z, int Count);

    private sealed class Binding : IDisposable
    {
        private readonly OrtValue[] _values;

        public Binding(InferenceSession session, string[] names, OrtValue[] values)
        {
            _values = values;
            Io = session.CreateIoBinding();
            Io.BindInput(names[0], values[0]);
            for (var i = 1; i < names.Length; i++)
            {
                Io.BindOutput(names[i], values[i]);
            }
        }

        public OrtIoBinding Io { get; }

        public void Dispose()
        {
            Io.Dispose();
            foreach (var value in _values)
            {
                value.Dispose();
            }
        }
    }
}
