using Ptee.Model.Layers;
using Ptee.Model.Native;
using Ptee.Model.Weights;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Model;

/// <summary>Layers in a row with their weights: a bottleneck's encoder or decoder. Not thread-safe.</summary>
public sealed class RowNetwork : IDisposable
{
    private readonly RowModule _module;

    /// <summary>With new, random weights, in eval mode.</summary>
    public RowNetwork(Row row)
    {
        Row = row;
        _module = new RowModule(row);
        _module.eval();
    }

    public Row Row { get; }

    public IEnumerable<Parameter> Parameters => _module.parameters();

    /// <param name="x">(N, C, H, W); the caller keeps it.</param>
    /// <returns>What the last layer gives; the caller disposes of it.</returns>
    public Tensor Run(Tensor x)
    {
        using var y = MemoryLayout.ChannelsLast(x);
        return _module.call(y);
    }

    public void SetTraining(bool training) => _module.train(training);

    /// <summary>A network in eval mode that computes the same with fewer passes: see <see cref="BatchNormFolding"/>. The caller
    /// disposes of it; this one stays as it is.</summary>
    public RowNetwork Fold()
    {
        var (row, weights) = BatchNormFolding.Fold(Row, prefix: "", CopyWeights());
        var folded = new RowNetwork(row);
        folded.SetWeights(weights, "folded layers");
        return folded;
    }

    /// <summary>Moves the weights to a device; what it runs on has to be there too.</summary>
    /// <returns>The same network.</returns>
    public RowNetwork To(Device device)
    {
        _module.to(device);
        return this;
    }

    public Dictionary<string, Weight> CopyWeights() => new(ModuleWeights.Copy(_module), StringComparer.Ordinal);

    /// <exception cref="Shared.PteeFormatException">A key is missing, left over, or of another shape.</exception>
    public void SetWeights(IReadOnlyDictionary<string, Weight> weights, string what) => ModuleWeights.Load([_module], weights, what);

    public void Dispose() => _module.Dispose();
}
