using Ptee.Model.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Tests.Model;

/// <summary>
/// libtorch's convolutions against the same in double precision, which goes another way through libtorch.
/// On processors that hide their cache sizes some of these crashed and some gave other numbers.
/// </summary>
public sealed class ConvolutionTests
{
    private const double Tolerance = 1e-4; // Of the largest value.

    public ConvolutionTests() => TorchRuntime.Initialize(threads: 1);

    /// <summary>Shapes of networks that Ptee knows, and those that went wrong where no cache sizes are shown.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        // images, channels in, side, channels out, kernel, stride
        { 28, 64, 16, 256, 1, 1 },
        { 12, 32, 4, 512, 1, 1 },
        { 1, 96, 16, 640, 1, 1 },
        { 8, 960, 4, 320, 1, 1 }, // MobileNetV2's last block.
        { 16, 320, 2, 320, 1, 2 },
        { 4, 256, 8, 128, 1, 1 }, // DenseNet-121: SIGFPE.
        { 1, 24, 32, 256, 3, 1 },
        { 25, 24, 8, 24, 3, 1 },
        { 35, 24, 2, 576, 3, 2 },
        { 13, 512, 2, 3, 3, 1 },
        { 20, 128, 2, 24, 3, 1 },
        { 16, 128, 8, 32, 3, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_convolution_and_its_gradients_are_what_double_precision_gives(
        int images, int channels, int side, int filters, int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed: 5);
        var x = randn([images, channels, side, side], generator: generator);
        var weight = randn([filters, channels, kernel, kernel], generator: generator) / Math.Sqrt(channels * kernel * kernel);

        foreach (var input in new[] { x, MemoryLayout.ChannelsLast(x) })
        {
            var got = Convolve(input, weight, stride, ScalarType.Float32);
            var expected = Convolve(input, weight, stride, ScalarType.Float64);

            Assert.All(got.Zip(expected), pair => AssertClose(pair.First, pair.Second));
        }
    }

    /// <summary>Output, gradient by input, gradient by weight.</summary>
    private static Tensor[] Convolve(Tensor x, Tensor weight, int stride, ScalarType type)
    {
        var (input, kernel) = (Leaf(x, type), Leaf(weight, type));
        var padding = weight.shape[2] / 2;
        var y = functional.conv2d(input, kernel, strides: [stride, stride], padding: [padding, padding]);
        y.backward([ones_like(y)]);
        return [y, input.grad!, kernel.grad!];
    }

    private static Tensor Leaf(Tensor values, ScalarType type)
    {
        var leaf = values.detach().to(type).alias();
        leaf.requires_grad = true;
        return leaf;
    }

    private static void AssertClose(Tensor got, Tensor expected)
    {
        var worst = (got.to(ScalarType.Float64) - expected).abs().max().item<double>();
        Assert.InRange(worst, 0, Tolerance * expected.abs().max().item<double>());
    }
}
