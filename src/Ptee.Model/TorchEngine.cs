using System.Runtime.InteropServices;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Weights;
using static TorchSharp.torch;

namespace Ptee.Model;

/// <summary>The reference engine: TorchSharp modules made from a bundle, or from the half of it that a file carries.</summary>
public sealed class TorchEngine : IEngine
{
    private readonly Lock _gate = new();
    private readonly Manifest _manifest;
    private readonly Device _device;
    private readonly List<BackboneNetwork?> _segments = [];
    private readonly List<BranchNetwork?> _exits = [];
    private readonly List<RowNetwork?> _encoders = [];
    private readonly List<RowNetwork?> _decoders = [];

    /// <param name="threads">Threads inside one operator; 0 leaves libtorch's choice.</param>
    /// <param name="device">A name from <see cref="TorchDevices.Names"/>.</param>
    /// <exception cref="Shared.PteeFormatException">Weights do not fit the architecture, libtorch does not load, or the
    /// device is not there.</exception>
    public TorchEngine(Bundle bundle, int threads = 0, string device = TorchDevices.Cpu)
    {
        TorchRuntime.Initialize(threads);
        _device = TorchDevices.Get(device);
        _manifest = bundle.Manifest;
        var backbone = Backbones.Build(_manifest.Architecture);
        for (var i = 0; i < _manifest.SegmentCount; i++)
        {
            _segments.Add(bundle.Has(BundleEntries.Segment(i)) ? LoadSegment(bundle, backbone, i) : null);
        }

        for (var i = 0; i < _manifest.Exits.Length; i++)
        {
            _exits.Add(bundle.Has(BundleEntries.Exit(i)) ? LoadExit(bundle, i) : null);
            _encoders.Add(bundle.Has(BundleEntries.Encoder(i)) ? Load(_manifest.BottleneckOf(i)!.Encoder, bundle.EncoderWeights(i), $"{bundle.Source}: encoder {i}") : null);
            _decoders.Add(bundle.Has(BundleEntries.Decoder(i)) ? Load(_manifest.BottleneckOf(i)!.Decoder, bundle.DecoderWeights(i), $"{bundle.Source}: decoder {i}") : null);
        }
    }

    public string Name => "torch";

    public long LiveTensors
    {
        get
        {
            // Between calls: what a running one holds is no leak.
            lock (_gate)
            {
                return Tensor.TotalCount;
            }
        }
    }

    public void RunSegment(int segment, int count, ReadOnlySpan<float> input, Span<float> output)
    {
        var network = _segments[segment]
            ?? throw new Shared.PteeFormatException($"this half of the bundle does not carry segment {segment}");
        if (network.Backbone.Blocks.Count == 0)
        {
            input.CopyTo(output); // Up to an exit on the picture nothing runs.
            return;
        }

        lock (_gate)
        {
            // Scope and mode belong to the thread: both are opened and closed in this one call.
            using var mode = inference_mode();
            using var scope = NewDisposeScope();
            CopyTo(network.Run(From(input, count, _manifest.ShapeBefore(segment)), ..), output);
        }
    }

    public void RunExit(int exit, int count, ReadOnlySpan<float> features, Span<float> logits, Span<float> confidences)
    {
        var branch = _exits[exit]
            ?? throw new Shared.PteeFormatException($"this half of the bundle does not carry exit {exit}");
        lock (_gate)
        {
            using var mode = inference_mode();
            using var scope = NewDisposeScope();
            var (classes, confidence) = branch.Run(From(features, count, _manifest.Cuts[exit].Shape));
            CopyTo(classes, logits);
            CopyTo(confidence.sigmoid(), confidences);
        }
    }

    public void RunEncoder(int cut, int count, ReadOnlySpan<float> features, Span<float> latent) =>
        Run(_encoders, "encoder", cut, _manifest.Cuts[cut].Shape, count, features, latent);

    public void RunDecoder(int cut, int count, ReadOnlySpan<float> latent, Span<float> features) =>
        Run(_decoders, "decoder", cut, _manifest.LatentOf(cut), count, latent, features);

    public void Dispose()
    {
        _encoders.ForEach(encoder => encoder?.Dispose());
        _decoders.ForEach(decoder => decoder?.Dispose());
        _segments.ForEach(segment => segment?.Dispose());
        _exits.ForEach(exit => exit?.Dispose());
    }

    private BackboneNetwork LoadSegment(Bundle bundle, Backbone backbone, int segment)
    {
        var first = segment == 0 ? 0 : _manifest.Cuts[segment - 1].Block + 1;
        var end = segment == _manifest.Cuts.Length ? backbone.Blocks.Count : _manifest.Cuts[segment].Block + 1;
        using var network = new BackboneNetwork(backbone with { Blocks = [.. backbone.Blocks.Take(first..end)] });
        network.SetWeights(bundle.SegmentWeights(segment), $"{bundle.Source}: segment {segment}");
        return network.Fold().To(_device);
    }

    private BranchNetwork LoadExit(Bundle bundle, int exit)
    {
        using var network = new BranchNetwork(_manifest.BranchOf(exit));
        network.SetWeights(bundle.ExitWeights(exit), $"{bundle.Source}: exit {exit}");
        return network.Fold().To(_device);
    }

    private RowNetwork Load(Row row, IReadOnlyDictionary<string, Weight> weights, string what)
    {
        using var network = new RowNetwork(row);
        network.SetWeights(weights, what);
        return network.Fold().To(_device);
    }

    private void Run(List<RowNetwork?> networks, string what, int cut, FeatureShape shape, int count, ReadOnlySpan<float> input, Span<float> output)
    {
        var network = networks[cut] ?? throw new Shared.PteeFormatException($"this half of the bundle does not carry {what} {cut}");
        lock (_gate)
        {
            using var mode = inference_mode();
            using var scope = NewDisposeScope();
            CopyTo(network.Run(From(input, count, shape)), output);
        }
    }

    private Tensor From(ReadOnlySpan<float> values, int count, FeatureShape shape)
    {
        var x = empty([count, shape.Channels, shape.Height, shape.Width]);
        MemoryMarshal.AsBytes(values).CopyTo(x.bytes);
        return MemoryLayout.ChannelsLast(x.to(_device));
    }

    private static void CopyTo(Tensor source, Span<float> values) =>
        source.contiguous().cpu().bytes.CopyTo(MemoryMarshal.AsBytes(values));
}
