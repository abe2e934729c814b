using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Training.Folders;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>A bottleneck that a model's folder has, as a bundle takes it.</summary>
/// <param name="Block">That its cut is after.</param>
/// <param name="Codec">Name of the rate that is used unless another codec is asked for; null: none.</param>
public sealed record TrainedBottleneck(int Block, BottleneckDescription Description, string? Codec, BottleneckWeights Weights)
{
    /// <summary>Writes it into the folder: the description last, and the one before is gone first, so no folder ever has the
    /// tables of one training and the weights of another.</summary>
    public static void Write(ModelFolder files, BottleneckResult result, BottleneckWeights weights)
    {
        File.Delete(files.Codec);
        ModelFolder.WriteWeights(files.CodecWeights, BottleneckNetworks.Join(weights));
        JsonFile.Write(files.Codec, result);
    }

    /// <returns>Of the weights as one file, lower-case hex: <see cref="BottleneckResult.Training"/>'s.</returns>
    public static string Fingerprint(BottleneckWeights weights) => ModelFolder.Fingerprint(BottleneckNetworks.Join(weights));

    /// <param name="model">What the folder packs to without codecs.</param>
    /// <returns>Null: the folder has none.</returns>
    /// <exception cref="PteeFormatException">It is damaged, or was trained for other exits, thresholds or another backbone.</exception>
    public static TrainedBottleneck? Read(ModelFolder files, Bundle model)
    {
        if (!File.Exists(files.Codec))
        {
            return null;
        }

        var result = JsonFile.Read<BottleneckResult>(files.Codec);
        if (result.Backbone != model.Manifest.BackboneSha256)
        {
            throw new PteeFormatException(
                $"{files.Codec}: trained around the backbone {result.Backbone}, this one is {model.Manifest.BackboneSha256}; ptee train-codec makes another");
        }

        if (result.Model != model.Id)
        {
            throw new PteeFormatException(
                $"{files.Codec}: trained for other exits or thresholds, and so for other images; ptee train-codec --refit fits its tables to these");
        }

        var weights = ReadWeights(files, result, model.Manifest);
        return new TrainedBottleneck(
            result.Block,
            new BottleneckDescription(result.Width, result.Channels, [.. result.Rates.Select(rate => rate.Tables)], result.Training),
            result.Usual is { } usual ? FeatureCodecs.Bottleneck(usual) : null,
            weights);
    }

    /// <summary>Networks of a folder whose thresholds may have changed since.</summary>
    /// <exception cref="PteeFormatException">They are damaged, or do not fit the model.</exception>
    public static BottleneckWeights ReadWeights(ModelFolder files, BottleneckResult result, Manifest manifest)
    {
        try
        {
            var backbone = Backbones.Build(manifest.Architecture);
            if (!backbone.CanCutAfter(result.Block) || result.Rates.Length < 1 || result.Rates.Length > FeatureCodecs.MostRates
                || result.Usual < 0 || result.Usual >= result.Rates.Length || result.Rates.Any(rate => rate?.Tables is null))
            {
                throw new PteeFormatException("not a codec of this model; ptee train-codec makes it anew");
            }

            var layers = Bottleneck.After(backbone, result.Block, result.Width, result.Channels);
            foreach (var rate in result.Rates)
            {
                _ = new BottleneckCodec(FeatureCodecs.Bottleneck(0), layers.Latent, rate.Tables);
            }

            var weights = BottleneckNetworks.Split(ModelFolder.ReadWeights(files.CodecWeights));
            if (Fingerprint(weights) is var actual && actual != result.Training.Sha256)
            {
                throw new PteeFormatException(
                    $"is of the weights {result.Training.Sha256}, {files.CodecWeights} holds {actual}; ptee train-codec makes both anew");
            }

            using var networks = new BottleneckNetworks(layers);
            networks.SetWeights(weights);
            return weights;
        }
        catch (PteeFormatException exception)
        {
            throw new PteeFormatException($"{files.Codec}: {exception.Message}", exception);
        }
    }
}
