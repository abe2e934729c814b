using System.Buffers;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features.Quant;
using Ptee.Shared.Inference;
using Ptee.Training.Progress;

namespace Ptee.Training.Codecs;

/// <summary>Finds the coarsest quantizer that the answers bear.</summary>
internal static class QuantSearch
{
    private const int Steps = 6;
    private const double Finest = 0.1;
    private const double Coarsest = 6;

    /// <param name="tolerance">Share of all images, those that left early too, whose agreement with the backbone may go.</param>
    /// <returns>Without tables where no quantizer keeps that.</returns>
    public static QuantOutcome Run(
        Manifest manifest, IEngine engine, ExitPolicy policy, int cut, HardFeatures features, double[] sensitivity, double tolerance,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var fitter = new QuantFitter(features);
        var exact = features.Agreeing(manifest, engine, policy, cut, features.Values);
        var (low, high) = (Math.Log(Finest), Math.Log(Coarsest));
        QuantOutcome? best = null;
        for (var step = 0; step < Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var middle = (low + high) / 2;
            var tried = Try(manifest, engine, policy, cut, features, fitter.Fit(fitter.Steps(Math.Exp(middle), sensitivity), refine: true), exact);
            if (tried.Lost <= tolerance)
            {
                (best, low) = (tried, middle);
            }
            else
            {
                high = middle;
            }

            progress?.Report(new($"of the steps of choosing the quantizer at cut {cut}", step + 1, Steps));
        }

        if (best is not null)
        {
            return best;
        }

        var finest = Try(manifest, engine, policy, cut, features, fitter.Fit(fitter.Steps(Finest, sensitivity), refine: true), exact);
        return finest.Lost <= tolerance ? finest : finest with { Tables = null };
    }

    private static QuantOutcome Try(
        Manifest manifest, IEngine engine, ExitPolicy policy, int cut, HardFeatures features, QuantTables tables, int exact)
    {
        var codec = new QuantCodec(features.Shape, tables);
        var decoded = new float[features.Values.Length];
        var bytes = 0L;
        Parallel.For(0, features.Count, image =>
        {
            var payload = new ArrayBufferWriter<byte>(codec.MaxPayloadBytes);
            codec.Encode(features[image], payload);
            codec.Decode(payload.WrittenSpan, decoded.AsSpan(image * features.Shape.Count, features.Shape.Count));
            Interlocked.Add(ref bytes, payload.WrittenCount);
        });
        var agreeing = features.Agreeing(manifest, engine, policy, cut, decoded);
        return new QuantOutcome(tables, (double)bytes / features.Count, (double)(exact - agreeing) / features.AllImages);
    }
}
