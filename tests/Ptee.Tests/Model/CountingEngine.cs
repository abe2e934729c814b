using Ptee.Shared.Inference;

namespace Ptee.Tests.Model;

/// <summary>The real engine, with the rows that each segment ran counted from outside.</summary>
internal sealed class CountingEngine(IEngine engine) : IEngine
{
    private readonly Dictionary<int, int> _rows = [];

    public string Name => engine.Name;

    public long LiveTensors => engine.LiveTensors;

    public int RowsOfSegment(int segment) => _rows.GetValueOrDefault(segment);

    public void RunSegment(int segment, int count, ReadOnlySpan<float> input, Span<float> output)
    {
        _rows[segment] = RowsOfSegment(segment) + count;
        engine.RunSegment(segment, count, input, output);
    }

    public void RunExit(int exit, int count, ReadOnlySpan<float> features, Span<float> logits, Span<float> confidences) =>
        engine.RunExit(exit, count, features, logits, confidences);

    public void RunEncoder(int cut, int count, ReadOnlySpan<float> features, Span<float> latent) =>
        engine.RunEncoder(cut, count, features, latent);

    public void RunDecoder(int cut, int count, ReadOnlySpan<float> latent, Span<float> features) =>
        engine.RunDecoder(cut, count, latent, features);

    public void Dispose() => engine.Dispose();
}
