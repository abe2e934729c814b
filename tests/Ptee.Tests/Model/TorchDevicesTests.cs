using Ptee.Cli.Demo;
using Ptee.Engines;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using static TorchSharp.torch;

namespace Ptee.Tests.Model;

public sealed class TorchDevicesTests
{
    private const double Tolerance = 1e-3; // A GPU sums in another order.

    [Fact]
    public void A_GPU_that_is_not_there_is_said_so_and_one_that_is_gives_the_same_features()
    {
        TorchRuntime.Initialize();
        var bundle = Bundle.Open(EmbeddedAssets.Bundle);
        if (!cuda.is_available())
        {
            Assert.StartsWith(
                "device 'cuda': none here; expected an NVIDIA GPU",
                Assert.Throws<PteeFormatException>(() => new TorchEngine(bundle, device: TorchDevices.Cuda)).Message);
            return;
        }

        var input = Enumerable.Range(0, bundle.Manifest.InputShape.Count).Select(i => MathF.Sin(i)).ToArray();
        float[] RunOn(string device)
        {
            using var engine = new TorchEngine(bundle, device: device);
            var output = new float[bundle.Manifest.ShapeAfter(0).Count];
            engine.RunSegment(0, 1, input, output);
            return output;
        }

        Assert.All(RunOn(TorchDevices.Cpu).Zip(RunOn(TorchDevices.Cuda)), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public void An_unknown_device_is_answered_with_the_known_ones() => Assert.Equal(
        "unknown device 'tpu'; known: cpu, cuda",
        Assert.Throws<PteeFormatException>(() => TorchDevices.Get("tpu")).Message);

    [Fact]
    public void The_ONNX_engine_says_that_it_has_no_GPU() => Assert.Equal(
        "device 'cuda': engine onnx runs on cpu; expected --engine torch",
        Assert.Throws<PteeFormatException>(() => BundleEngines.Open(
            BundleEngines.Onnx, Bundle.Open(EmbeddedAssets.Bundle), threads: 1, device: TorchDevices.Cuda)).Message);
}
