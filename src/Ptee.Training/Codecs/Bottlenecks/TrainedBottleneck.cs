using Ptee.Model;
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
    /// <returns>Null: the folder has none.</returns>
    /// <exception cref="PteeFormatException">It is damaged, or not of this backbone.</exception>
    public static TrainedBottleneck? Read(ModelFolder files, BackboneNetwork network)
    {
        if (!File.Exists(files.Codec))
        {
            return null;
        }

        var (result, backbone) = (JsonFile.Read<BottleneckResult>(files.Codec), network.Backbone);
        var actual = ModelFolder.Fingerprint(network.CopyWeights());
        if (result.Backbone != actual)
        {
            throw new PteeFormatException(
                $"{files.Codec}: trained around the backbone {result.Backbone}, this one is {actual}; ptee train-codec makes another");
        }

        if (!backbone.CanCutAfter(result.Block) || result.Rates.Length < 1 || result.Usual < 0 || result.Usual >= result.Rates.Length
            || result.Rates.Length > FeatureCodecs.MostRates)
        {
            throw new PteeFormatException($"{files.Codec}: not a codec of this model; ptee train-codec makes it anew");
        }

        using var networks = new BottleneckNetworks(Bottleneck.Build(
            backbone.ShapeAfter(result.Block), result.Width, result.Channels, backbone.IsRectifiedAfter(result.Block)));
        networks.SetWeights(ModelFolder.ReadWeights(files.CodecWeights));
        return new TrainedBottleneck(
            result.Block,
            new BottleneckDescription(result.Width, result.Channels, [.. result.Rates.Select(rate => rate.Tables)], result.Training),
            result.Usual is { } usual ? FeatureCodecs.Bottleneck(usual) : null,
            new BottleneckWeights(networks.CopyEncoder(), networks.CopyDecoder()));
    }
}
