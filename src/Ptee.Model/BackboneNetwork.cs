using Ptee.Model.Layers;
using Ptee.Model.Native;
using Ptee.Model.Weights;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model;

/// <summary>
/// A backbone's blocks with their weights. It only computes: exits, policies and codecs are its users' affair.
/// Not thread-safe; one owner runs it.
/// </summary>
public sealed class BackboneNetwork : IDisposable
{
    private readonly List<Module<Tensor, Tensor>> _blocks;

    /// <summary>Blocks with new, random weights, in eval mode.</summary>
    public BackboneNetwork(Backbone backbone)
    {
        Backbone = backbone;
        _blocks = [.. backbone.Blocks.Select(block => LayerBuilder.Build(block.Body))];
        SetTraining(false);
    }

    public Backbone Backbone { get; }

    public IEnumerable<Parameter> Parameters => _blocks.SelectMany(block => block.parameters());

    /// <summary>Runs the blocks in <paramref name="range"/>; <c>..</c> is the whole network, ending in logits.</summary>
    /// <param name="x">(N, C, H, W), what the first of them takes; the caller keeps it.</param>
    /// <returns>What the last of them gives; the caller disposes of it.</returns>
    public Tensor Run(Tensor x, Range range)
    {
        var (first, count) = range.GetOffsetAndLength(_blocks.Count);
        var y = x.dim() == 4 ? MemoryLayout.ChannelsLast(x) : x.alias();
        for (var i = first; i < first + count; i++)
        {
            var next = _blocks[i].call(y);
            y.Dispose();
            y = next;
        }

        return y;
    }

    /// <summary>Train mode moves the batch norms' statistics; a frozen backbone is never in it.</summary>
    public void SetTraining(bool training)
    {
        foreach (var block in _blocks)
        {
            block.train(training);
        }
    }

    /// <summary>Makes the network a constant: no gradients, and no statistics that move.</summary>
    public BackboneNetwork Freeze()
    {
        SetTraining(false);
        foreach (var parameter in Parameters)
        {
            parameter.requires_grad = false;
        }

        return this;
    }

    /// <summary>A frozen network that computes the same with fewer passes: batch norms go into the convolutions before them.
    /// The caller disposes of it; this one stays as it is.</summary>
    public BackboneNetwork Fold()
    {
        var (backbone, weights) = BatchNormFolding.Fold(Backbone, CopyWeights());
        var folded = new BackboneNetwork(backbone);
        folded.SetWeights(weights);
        return folded.Freeze();
    }

    /// <summary>Moves the weights to a device; what it runs on has to be there too.</summary>
    /// <returns>The same network.</returns>
    public BackboneNetwork To(Device device)
    {
        _blocks.ForEach(block => block.to(device));
        return this;
    }

    /// <summary>A copy of all weights, by PyTorch's keys.</summary>
    public Dictionary<string, Weight> CopyWeights() => CopyWeights(..);

    /// <summary>A copy of the weights of some blocks, by PyTorch's keys.</summary>
    public Dictionary<string, Weight> CopyWeights(Range blocks) =>
        _blocks.Take(blocks).SelectMany(ModuleWeights.Copy).ToDictionary(StringComparer.Ordinal);

    /// <summary>Takes over all weights, strictly.</summary>
    /// <param name="what">What to call the network in a message; null for its architecture.</param>
    /// <exception cref="Shared.PteeFormatException">A key is missing, left over, or of another shape.</exception>
    public void SetWeights(IReadOnlyDictionary<string, Weight> weights, string? what = null) =>
        ModuleWeights.Load(_blocks, weights, what ?? Backbone.Architecture.ToString());

    public void Dispose() => _blocks.ForEach(block => block.Dispose());
}
