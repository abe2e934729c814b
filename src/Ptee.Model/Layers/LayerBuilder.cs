using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>Makes TorchSharp modules of layers that are described as data. The only builder there is.</summary>
public static class LayerBuilder
{
    public static Module<Tensor, Tensor> Build(Layer layer) => layer switch
    {
        Conv conv => Conv2d(
            conv.In, conv.Out, kernel_size: conv.Kernel, stride: conv.Stride, padding: conv.Padding, bias: conv.Bias, groups: conv.Groups),
        BatchNorm norm => BatchNorm2d(norm.Channels),
        Shared.Architectures.Relu { Ceiling: null } => ReLU(),
        Shared.Architectures.Relu relu => new CeiledReluModule(relu.Ceiling.Value),
        GlobalAveragePool => new GlobalAveragePoolModule(),
        MaxPool pool => MaxPool2d(pool.Size, ceil_mode: pool.KeepsRest),
        AveragePool pool => AvgPool2d(pool.Size),
        Shared.Architectures.Upsample up => nn.Upsample(scale_factor: [up.Factor, up.Factor], mode: UpsampleMode.Nearest),
        Shared.Architectures.Flatten => nn.Flatten(),
        Shared.Architectures.Linear linear => nn.Linear(linear.In, linear.Out),
        PadShortcut pad => new PadShortcutModule(pad),
        Row row => new RowModule(row),
        Residual residual => new ResidualModule(residual),
        ClassDistances distances => new ClassDistancesModule(distances),
        Concat concat => new ConcatModule(concat),
        _ => throw new NotSupportedException($"no module for {layer.GetType().Name}"),
    };
}
