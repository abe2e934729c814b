using System.Collections.Concurrent;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Tests.Server;

/// <summary>
/// An engine that computes nothing: the first value v of an image, 0 to 9, passes through every segment; each exit
/// answers class v, with a confidence of v / 10. A test can hold it, watch it and make it fail.
/// </summary>
internal sealed class ScriptedEngine(Manifest manifest) : IEngine
{
    public const int Tensors = 7;
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly SemaphoreSlim _entered = new(0);

    public string Name => "scripted";

    public long LiveTensors => Tensors;

    /// <summary>Segments that ran since the warm-up, with the size of their batch.</summary>
    public ConcurrentQueue<(int Segment, int Count)> Runs { get; } = [];

    /// <summary>Exits that were asked since the warm-up, with the size of their batch.</summary>
    public ConcurrentQueue<(int Exit, int Count)> Asked { get; } = [];

    /// <summary>Cuts whose decoder ran, with the size of their batch.</summary>
    public ConcurrentQueue<(int Cut, int Count)> Decoded { get; } = [];

    /// <summary>Called on the worker's thread before a segment runs.</summary>
    public Action<int>? BeforeSegment { get; set; }

    /// <summary>Segments that are entered from now on wait for <see cref="Release"/>.</summary>
    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    /// <summary>Returns once the worker has entered a segment; each entry counts once.</summary>
    public async Task EnteredAsync() =>
        Assert.True(await _entered.WaitAsync(RunningServer.Limit), "no segment was entered");

    /// <summary>Forgets what has run so far.</summary>
    public void Forget()
    {
        Runs.Clear();
        Asked.Clear();
        while (_entered.Wait(0))
        {
        }
    }

    public void RunSegment(int segment, int count, ReadOnlySpan<float> input, Span<float> output)
    {
        Runs.Enqueue((segment, count));
        _entered.Release();
        Assert.True(_open.Wait(RunningServer.Limit), "the test never released the engine");
        BeforeSegment?.Invoke(segment);
        if (segment == manifest.Cuts.Length)
        {
            Answer(count, input, output);
            return;
        }

        output.Clear();
        for (var row = 0; row < count; row++)
        {
            output[row * (output.Length / count)] = input[row * (input.Length / count)];
        }
    }

    public void RunExit(int exit, int count, ReadOnlySpan<float> features, Span<float> logits, Span<float> confidences)
    {
        Asked.Enqueue((exit, count));
        Answer(count, features, logits);
        for (var row = 0; row < count; row++)
        {
            confidences[row] = features[row * (features.Length / count)] / 10;
        }
    }

    public void RunEncoder(int cut, int count, ReadOnlySpan<float> features, Span<float> latent) =>
        throw new NotSupportedException("no test of the server encodes");

    public void RunDecoder(int cut, int count, ReadOnlySpan<float> latent, Span<float> features)
    {
        Decoded.Enqueue((cut, count));
        features.Clear();
        for (var row = 0; row < count; row++)
        {
            features[row * (features.Length / count)] = latent[row * (latent.Length / count)];
        }
    }

    public void Dispose()
    {
        _open.Set();
        _open.Dispose();
        _entered.Dispose();
    }

    private static void Answer(int count, ReadOnlySpan<float> input, Span<float> logits)
    {
        logits.Clear();
        for (var row = 0; row < count; row++)
        {
            logits[(row * (logits.Length / count)) + (int)input[row * (input.Length / count)]] = 10;
        }
    }
}
