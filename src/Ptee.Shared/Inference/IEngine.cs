namespace Ptee.Shared.Inference;

/// <summary>
/// Runs the segments and exits of one bundle on plain arrays. Every call is synchronous, complete in itself and may
/// come from any thread; calls that overlap wait for each other.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary><c>torch</c> or <c>onnx</c>.</summary>
    string Name { get; }

    /// <summary>Tensors that the engine's library holds now, weights included: a leak shows here first.</summary>
    long LiveTensors { get; }

    /// <summary>Runs the blocks between cut <paramref name="segment"/> − 1 and cut <paramref name="segment"/>.</summary>
    /// <param name="segment">0 starts at the picture; the last one ends in the backbone's logits.</param>
    /// <param name="count">Images, N.</param>
    /// <param name="input">(N, C, H, W) of the cut before.</param>
    /// <param name="output">Receives (N, C, H, W) of the next cut, or (N, classes).</param>
    void RunSegment(int segment, int count, ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Runs the branch at cut <paramref name="exit"/>.</summary>
    /// <param name="features">(N, C, H, W) of that cut.</param>
    /// <param name="logits">Receives (N, classes).</param>
    /// <param name="confidences">Receives N values in [0, 1], after the sigmoid.</param>
    void RunExit(int exit, int count, ReadOnlySpan<float> features, Span<float> logits, Span<float> confidences);

    /// <summary>Runs the encoder of the bottleneck at <paramref name="cut"/>.</summary>
    /// <param name="features">(N, C, H, W) of that cut.</param>
    /// <param name="latent">Receives (N, C, H, W) of the latent.</param>
    void RunEncoder(int cut, int count, ReadOnlySpan<float> features, Span<float> latent);

    /// <summary>Runs the decoder of the bottleneck at <paramref name="cut"/>.</summary>
    /// <param name="latent">(N, C, H, W) of the latent, as its codec gave it.</param>
    /// <param name="features">Receives (N, C, H, W) of that cut.</param>
    void RunDecoder(int cut, int count, ReadOnlySpan<float> latent, Span<float> features);
}
