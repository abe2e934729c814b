using System.Buffers;
using Ptee.Data.Codecs;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;

namespace Ptee.Training.Evaluation;

/// <summary>
/// What device and server do together, in one process: the exits up to the deepest split, coding, decoding, and the rest. For
/// one thread.
/// </summary>
/// <param name="codecs">As <see cref="HandoverCodecs"/> makes them for that split; empty: nothing is coded.</param>
internal sealed class CodedCascade(Manifest manifest, IEngine engine, ExitPolicy policy, IFeatureCodec[] codecs)
{
    private readonly int _split = manifest.DeepestSplit;
    private readonly int _last = manifest.SegmentCount - 1;
    private readonly FrameCoder? _coder = codecs.Length > 0 ? new FrameCoder(codecs) : null;
    private readonly Cascade _device = new(manifest, engine);
    private readonly Cascade _server = new(manifest, engine);

    /// <param name="input">(<paramref name="count"/>, 3, H, W), normalized.</param>
    /// <returns>One an image.</returns>
    public CodedAnswer[] Run(int count, float[] input)
    {
        if (_coder is null)
        {
            return Answers(_device.Run(0, _last, count, input, policy));
        }

        var device = _device.Run(0, _split, count, input, policy);
        var answers = Answers(device);
        foreach (var frames in Code(_coder, device, input).GroupBy(frame => frame.Codec))
        {
            Answer(codecs[frames.Key], [.. frames], answers);
        }

        return answers;
    }

    private static CodedAnswer[] Answers(CascadeResult result) => [.. result.Answers.ToArray().Select(answer => new CodedAnswer(answer))];

    private List<(int Row, int Codec, byte[] Payload)> Code(FrameCoder coder, CascadeResult device, float[] input)
    {
        var frames = new List<(int Row, int Codec, byte[] Payload)>();
        var count = device.Remaining.Length;
        if (count == 0)
        {
            return frames;
        }

        var values = device.Features;
        if (coder.Inner is { Input: CodecInput.Latent } latent)
        {
            values = new float[count * latent.Shape.Count];
            engine.RunEncoder(_split, count, device.Features.Span, values.Span);
        }

        var (size, pixels) = (values.Length / count, manifest.InputShape.Count);
        for (var i = 0; i < count; i++)
        {
            var row = device.Remaining.Span[i];
            var payload = new ArrayBufferWriter<byte>();
            var codec = coder.Code(values.Span.Slice(i * size, size), input.AsSpan(row * pixels, pixels), payload);
            frames.Add((row, codec, payload.WrittenSpan.ToArray()));
        }

        return frames;
    }

    /// <summary>As the server does it: what came as a picture starts anew, and the exits that the device asked are passed by.</summary>
    private void Answer(IFeatureCodec codec, (int Row, int Codec, byte[] Payload)[] frames, CodedAnswer[] answers)
    {
        var size = codec.Shape.Count;
        var values = new float[frames.Length * size];
        for (var i = 0; i < frames.Length; i++)
        {
            codec.Decode(frames[i].Payload, values.AsSpan(i * size, size));
        }

        if (codec.Input == CodecInput.Latent)
        {
            var latents = values;
            values = new float[frames.Length * manifest.Cuts[_split].Shape.Count];
            engine.RunDecoder(_split, frames.Length, latents, values);
        }

        var first = codec.Input == CodecInput.Picture ? 0 : _split + 1;
        var result = _server.Run(first, _last, frames.Length, values, policy, firstExit: _split + 1).Answers.Span;
        for (var i = 0; i < frames.Length; i++)
        {
            answers[frames[i].Row] = new CodedAnswer(result[i], codec.Name, frames[i].Payload.Length);
        }
    }
}
