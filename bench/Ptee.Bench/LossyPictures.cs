using System.Buffers;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Engines;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Training.Evaluation;

namespace Ptee.Bench;

/// <summary>
/// How far pictures may be compressed before they cost more agreement than a model's own codec does: the strongest rival of
/// coded features, chosen on held-out training images as those were.
/// </summary>
internal static class LossyPictures
{
    private const int Images = 2_000;
    private const int Batch = 50;
    private static readonly int[] Qualities = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100];

    /// <returns>Of each format the name of the lowest quality that costs no more agreement than <paramref name="codec"/>; the highest
    /// where all cost more.</returns>
    public static async Task<string[]> AsGoodAsAsync(Bundle model, string codec, CancellationToken cancellationToken)
    {
        var heldOut = (await DataSets.OpenAsync("cifar10:heldout", size: model.Manifest.Preprocessing.Size, cancellationToken: cancellationToken)).Take(Images);
        using var engine = BundleEngines.Open(BundleEngines.Default, model, threads: 1);
        var trial = new Trial(model.Manifest, engine, heldOut);
        var most = trial.Changed(codec);
        return [.. new[] { "webp", "jpeg" }.Select(format =>
        {
            var names = Qualities.Select(quality => $"{format}:{quality}").ToArray();
            return names.FirstOrDefault(name => trial.Changed(name) <= most) ?? names[^1];
        })];
    }

    private sealed class Trial
    {
        private readonly Manifest _manifest;
        private readonly IEngine _engine;
        private readonly Cascade _cascade;
        private readonly ExitPolicy _policy;
        private readonly int _split;

        /// <summary>Of each batch what no exit of the device is sure of, and what the server answers without a codec.</summary>
        private readonly List<(int[] Rows, float[] Pictures, float[] Features, int[] Exact)> _hard = [];

        public Trial(Manifest manifest, IEngine engine, ImageSet images)
        {
            (_manifest, _engine, _cascade, _split) = (manifest, engine, new Cascade(manifest, engine), manifest.DeepestSplit);
            _policy = manifest.PolicyOf(OperatingPoint.Accurate, threshold: null).Policy;
            foreach (var (_, count, input) in new ImageBatches(manifest.Preprocessing, images, Batch).All())
            {
                var result = _cascade.Run(0, _split, count, input, _policy);
                var (rows, features) = (result.Remaining.ToArray(), result.Features.ToArray());
                if (rows.Length > 0)
                {
                    _hard.Add((rows, [.. input], features, Answers(features, CodecInput.Features, rows.Length)));
                }
            }
        }

        /// <summary>Images that the server answers otherwise because of the codec.</summary>
        public int Changed(string name)
        {
            var codec = FrameCodecs.Create(name, _manifest, _split);
            return _hard.Sum(batch => batch.Exact
                .Zip(Answers(Travel(codec, batch.Rows, batch.Pictures, batch.Features), codec.Input, batch.Rows.Length))
                .Count(pair => pair.First != pair.Second));
        }

        private float[] Travel(IFeatureCodec codec, int[] rows, float[] pictures, float[] features)
        {
            var size = codec.Shape.Count;
            var values = CodecInputs.Of(codec, _engine, _split, rows, features, pictures);
            var payload = new ArrayBufferWriter<byte>();
            for (var i = 0; i < rows.Length; i++)
            {
                payload.ResetWrittenCount();
                codec.Encode(values.AsSpan(i * size, size), payload);
                codec.Decode(payload.WrittenSpan, values.AsSpan(i * size, size));
            }

            if (codec.Input != CodecInput.Latent)
            {
                return values;
            }

            var decoded = new float[features.Length];
            _engine.RunDecoder(_split, rows.Length, values, decoded);
            return decoded;
        }

        private int[] Answers(float[] values, CodecInput kind, int count) =>
        [
            .. _cascade.Run(
                kind == CodecInput.Picture ? 0 : _split + 1, _manifest.SegmentCount - 1, count, values, _policy, judged: null, _split + 1)
                .Answers.ToArray().Select(answer => answer.Class),
        ];
    }
}
