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

    private sealed class Trial(Manifest manifest, IEngine engine, ImageSet images)
    {
        private readonly Cascade _cascade = new(manifest, engine);
        private readonly ExitPolicy _policy = manifest.PolicyOf(OperatingPoint.Accurate, threshold: null).Policy;
        private readonly int _split = manifest.DeepestSplit;

        /// <summary>Images that the server answers otherwise because of the codec.</summary>
        public int Changed(string name)
        {
            var codec = FrameCodecs.Create(name, manifest, _split);
            var changed = 0;
            foreach (var (_, count, input) in new ImageBatches(manifest.Preprocessing, images, Batch).All())
            {
                var result = _cascade.Run(0, _split, count, input, _policy);
                var (rows, features) = (result.Remaining.ToArray(), result.Features.ToArray());
                if (rows.Length > 0)
                {
                    var exact = Answers(features, CodecInput.Features, rows.Length);
                    changed += exact.Zip(Answers(Travel(codec, rows, input, features), codec.Input, rows.Length)).Count(pair => pair.First != pair.Second);
                }
            }

            return changed;
        }

        private float[] Travel(IFeatureCodec codec, int[] rows, float[] input, float[] features)
        {
            var size = codec.Shape.Count;
            var values = new float[rows.Length * size];
            switch (codec.Input)
            {
                case CodecInput.Picture:
                    for (var i = 0; i < rows.Length; i++)
                    {
                        input.AsSpan(rows[i] * size, size).CopyTo(values.AsSpan(i * size));
                    }

                    break;
                case CodecInput.Latent:
                    engine.RunEncoder(_split, rows.Length, features, values);
                    break;
                default:
                    features.CopyTo(values, 0);
                    break;
            }

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
            engine.RunDecoder(_split, rows.Length, values, decoded);
            return decoded;
        }

        private int[] Answers(float[] values, CodecInput kind, int count) =>
        [
            .. _cascade.Run(
                kind == CodecInput.Picture ? 0 : _split + 1, manifest.SegmentCount - 1, count, values, _policy, judged: null, _split + 1)
                .Answers.ToArray().Select(answer => answer.Class),
        ];
    }
}
