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
            conv.In, conv.Out, kernel_size: conv.Kernel, stride: conv.Stride, padding: conv.Padding, bias: conv.Bias),
        BatchNorm norm => BatchNorm2d(norm.Channels),
        Shared.Architectures.Relu => ReLU(),
        GlobalAveragePool => new GlobalAveragePoolModule(),
        Shared.Architectures.Linear linear => nn.Linear(linear.In, linear.Out),
        PadShortcut pad => new PadShortcutModule(pad),
        Row row => new RowModule(row),
        Residual residual => new ResidualModule(residual),
        _ => throw new NotSupportedException($"no module for {layer.GetType().Name}"),
    };
}
