using Microsoft.ML.OnnxRuntime;
using Ptee.Onnx.Format;
using Ptee.Onnx.Graphs;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Onnx;

/// <summary>The engine for CPUs: ONNX Runtime on graphs that are made from the bundle when it is loaded.</summary>
public sealed class OnnxEngine : IEngine
{
    private readonly Lock _gate = new();
    private readonly Manifest _manifest;
    private readonly Graph?[] _segments; // Null: not carried, or nothing to run.
    private readonly Graph?[] _exits;
    private readonly Graph?[] _encoders;
    private readonly Graph?[] _decoders;

    /// <param name="bundle">Whole, or the half that a file carries.</param>
    /// <param name="threads">Threads inside one operator; 0 leaves the runtime's choice.</param>
    /// <exception cref="PteeFormatException">ONNX Runtime does not load, or weights are not those of the layers that the manifest describes.</exception>
    public OnnxEngine(Bundle bundle, int threads = 0)
    {
        OnnxRuntime.Initialize(threads);
        _manifest = bundle.Manifest;
        _segments = new Graph?[_manifest.SegmentCount];
        _exits = new Graph?[_manifest.Exits.Length];
        _encoders = new Graph?[_manifest.Cuts.Length];
        _decoders = new Graph?[_manifest.Cuts.Length];
        try
        {
            Fill(_segments, segment =>
                IsEmpty(segment) ? null : Open(bundle, BundleEntries.Segment(segment), () => BundleGraphs.Segment(bundle, segment)));
            Fill(_exits, exit => Open(bundle, BundleEntries.Exit(exit), () => BundleGraphs.Exit(bundle, exit)));
            Fill(_encoders, cut => Open(bundle, BundleEntries.Encoder(cut), () => BundleGraphs.Encoder(bundle, cut)));
            Fill(_decoders, cut => Open(bundle, BundleEntries.Decoder(cut), () => BundleGraphs.Decoder(bundle, cut)));
        }
        catch
        {
            Dispose(); // A session is native memory; nobody else knows of those that opened.
            throw;
        }

        LiveTensors = Graphs.Sum(graph => graph?.Constants ?? 0);
    }

    public string Name => "onnx";

    private IEnumerable<Graph?> Graphs => [.. _segments, .. _exits, .. _encoders, .. _decoders];

    /// <summary>The graphs' constants; a call leaves nothing behind.</summary>
    public long LiveTensors { get; }

    public void RunSegment(int segment, int count, ReadOnlySpan<float> input, Span<float> output)
    {
        if (IsEmpty(segment))
        {
            input.CopyTo(output);
            return;
        }

        Run(_segments, "segment", segment, count, input, output);
    }

    public void RunExit(int exit, int count, ReadOnlySpan<float> features, Span<float> logits, Span<float> confidences)
    {
        var graph = _exits[exit] ?? throw new PteeFormatException($"this half of the bundle does not carry exit {exit}");
        lock (_gate)
        {
            graph.Run(count, features, logits, confidences);
        }
    }

    public void RunEncoder(int cut, int count, ReadOnlySpan<float> features, Span<float> latent) =>
        Run(_encoders, "encoder", cut, count, features, latent);

    public void RunDecoder(int cut, int count, ReadOnlySpan<float> latent, Span<float> features) =>
        Run(_decoders, "decoder", cut, count, latent, features);

    public void Dispose()
    {
        foreach (var graph in Graphs)
        {
            graph?.Dispose();
        }
    }

    private static void Fill(Graph?[] graphs, Func<int, Graph?> open)
    {
        for (var index = 0; index < graphs.Length; index++)
        {
            graphs[index] = open(index);
        }
    }

    /// <returns>Null when the half does not carry the entry.</returns>
    /// <exception cref="PteeFormatException">Its weights are not those of the layers that the manifest describes.</exception>
    private static Graph? Open(Bundle bundle, string entry, Func<ModelProto> write)
    {
        if (!bundle.Has(entry))
        {
            return null;
        }

        try
        {
            return new Graph(write());
        }
        catch (Exception exception) when (exception is KeyNotFoundException or IndexOutOfRangeException or ArgumentException)
        {
            throw new PteeFormatException(
                $"{bundle.Source}: the weights in {entry} do not fit {bundle.Manifest.Architecture}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new PteeFormatException($"{bundle.Source}: ONNX Runtime does not load {entry}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private void Run(Graph?[] graphs, string what, int index, int count, ReadOnlySpan<float> input, Span<float> output)
    {
        var graph = graphs[index] ?? throw new PteeFormatException($"this half of the bundle does not carry {what} {index}");
        lock (_gate)
        {
            graph.Run(count, input, output);
        }
    }

    /// <summary>Up to an exit on the picture nothing runs.</summary>
    private bool IsEmpty(int segment) => segment == 0 && _manifest.Cuts.Length > 0 && _manifest.Cuts[0].Block == Backbone.Pixels;
}
