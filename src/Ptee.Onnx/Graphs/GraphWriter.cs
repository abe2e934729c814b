using System.Runtime.InteropServices;
using Google.Protobuf;
using Ptee.Onnx.Format;
using Ptee.Shared.Features;

namespace Ptee.Onnx.Graphs;

/// <summary>Collects nodes and constants of one graph and names the values between them. Every graph has one input, and a
/// free first dimension: the batch.</summary>
internal sealed class GraphWriter
{
    /// <summary>Of the input.</summary>
    public const string Input = "x";

    private const string Batch = "N";
    private const int IrVersion = 8;
    private const int OpsetVersion = 17;

    private readonly GraphProto _graph = new();
    private readonly Dictionary<string, string> _integers = [];

    /// <param name="name">For people.</param>
    /// <param name="input">One image's.</param>
    public GraphWriter(string name, FeatureShape input)
    {
        _graph.Name = name;
        _graph.Input.Add(Described(Input, [input.Channels, input.Height, input.Width]));
    }

    /// <summary>Constants of the graph, weights among them.</summary>
    public int Constants => _graph.Initializer.Count;

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Add(string operation, IEnumerable<string> inputs, params AttributeProto[] attributes) =>
        Add(operation, inputs, outputs: 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Add(string operation, IEnumerable<string> inputs, int outputs, params AttributeProto[] attributes)
    {
        var number = _graph.Node.Count;
        string[] names = [.. Enumerable.Range(0, outputs).Select(output => $"v{number}.{output}")];
        var node = new NodeProto { Name = $"{operation}{number}", OpType = operation };
        node.Input.Add(inputs);
        node.Output.Add(names);
        node.Attribute.Add(attributes);
        _graph.Node.Add(node);
        return names;
    }

    /// <summary>A constant tensor.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        tensor.Dims.Add(shape.Select(length => (long)length));
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>A constant row of integers; the same row is written once.</summary>
    public string Integers(params long[] values)
    {
        var name = $"i{string.Join('_', values)}";
        if (_integers.TryAdd(name, name))
        {
            var tensor = new TensorProto
            {
                Name = name,
                DataType = TensorProto.Types.DataType.Int64,
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)),
            };
            tensor.Dims.Add(values.Length);
            _graph.Initializer.Add(tensor);
        }

        return name;
    }

    /// <summary>Makes a value an output of the graph.</summary>
    /// <param name="name">What the output is called.</param>
    /// <param name="shape">One image's.</param>
    public void Output(string name, string value, params int[] shape)
    {
        var node = new NodeProto { Name = $"Identity{_graph.Node.Count}", OpType = "Identity" };
        node.Input.Add(value);
        node.Output.Add(name);
        _graph.Node.Add(node);
        _graph.Output.Add(Described(name, shape));
    }

    public ModelProto Finish()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "ptee", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OpsetVersion });
        return model;
    }

    private static ValueInfoProto Described(string name, IEnumerable<int> shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = Batch });
        dimensions.Dim.Add(shape.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dimensions },
            },
        };
    }
}
