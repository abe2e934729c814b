using System.Buffers;
using Ptee.Data.Codecs;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Preprocessing;

namespace Ptee.Edge.Classification;

/// <summary>Pixels in, answers and features at the split out. Synchronous; one thread at a time.</summary>
internal sealed class DevicePart(Manifest manifest, IEngine engine, SplitPlan plan, int batch)
{
    private readonly FrameCoder _coder = new(plan.CodecsOn(manifest));
    private readonly Normalizer _normalizer = new(manifest.Preprocessing);
    private readonly Cascade _cascade = new(manifest, engine);
    private readonly int _pictureValues = manifest.InputShape.Count;
    private float[] _latents = [];
    private readonly float[] _input = new float[batch * manifest.InputShape.Count];

    /// <param name="row">Place in the batch.</param>
    /// <exception cref="ArgumentException">Not as many pixels as the network takes.</exception>
    public void Load(int row, ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != _pictureValues)
        {
            throw new ArgumentException($"{pixels.Length} pixels, expected {manifest.InputShape}", nameof(pixels));
        }

        _normalizer.Normalize(pixels, _input.AsSpan(row * _pictureValues, _pictureValues));
    }

    /// <summary>Runs the first <paramref name="count"/> rows.</summary>
    /// <param name="judged">Told what each exit says of each row that comes to it.</param>
    public CascadeResult Run(int count, ExitPolicy policy, Action<int, ExitAnswer>? judged) =>
        _cascade.Run(first: 0, plan.Split, count, _input, policy, judged);

    /// <summary>What is coded of the features that <see cref="Run"/> gave: themselves, or their latents.</summary>
    /// <param name="features">(<paramref name="count"/>, C, H, W) at the split.</param>
    /// <returns>Of the images one after the other; in memory of this object, good until the next call.</returns>
    public ReadOnlySpan<float> ToCode(int count, ReadOnlySpan<float> features)
    {
        if (_coder.Inner is not { Input: CodecInput.Latent } codec)
        {
            return features;
        }

        if (_latents.Length == 0)
        {
            _latents = new float[batch * codec.Shape.Count];
        }

        var latents = _latents.AsSpan(0, count * codec.Shape.Count);
        engine.RunEncoder(plan.Split, count, features, latents);
        return latents;
    }

    /// <summary>Codes one image in the way that is shortest.</summary>
    /// <param name="toCode">As <see cref="ToCode"/> gave it for <paramref name="count"/> images; <paramref name="index"/> is the place among them.</param>
    /// <param name="row">The image's place in the batch.</param>
    /// <param name="payload">Empty; receives what is sent.</param>
    /// <returns>Index of the codec among the plan's.</returns>
    public int Code(ReadOnlySpan<float> toCode, int index, int count, int row, ArrayBufferWriter<byte> payload)
    {
        var size = toCode.Length / count;
        return _coder.Code(toCode.Slice(index * size, size), _input.AsSpan(row * _pictureValues, _pictureValues), payload);
    }

    /// <summary>Everything once, on a grey picture: an engine's first run is many times slower than the next.</summary>
    public void WarmUp()
    {
        var never = ExitPolicy.Uniform(plan.Policy.Gate, ExitPolicy.Never, manifest.Exits.Length);
        var features = _cascade.Run(first: 0, plan.Split, count: 1, _input, never).Features.Span;
        _coder.WarmUp(ToCode(count: 1, features), _input.AsSpan(0, _pictureValues));
    }
}
