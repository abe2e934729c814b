using Ptee.Onnx;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
#if TORCH
using Ptee.Model;
#endif

namespace Ptee.Engines;

/// <summary>The engines of this build, by name.</summary>
public static class BundleEngines
{
    /// <summary>ONNX Runtime: the faster one on a CPU.</summary>
    public const string Onnx = "onnx";

    /// <summary>TorchSharp: the reference. Not in a build with <c>-p:Engines=onnx</c>.</summary>
    public const string Torch = "torch";

    public const string Default = Onnx;

    public const string DefaultDevice = "cpu";

    public static IReadOnlyList<string> Names { get; } =
#if TORCH
        [Onnx, Torch];
#else
        [Onnx];
#endif

    /// <summary>An engine for a bundle, or for the half of it that a file carries. The caller disposes of it.</summary>
    /// <param name="threads">Threads inside one operator; 0 leaves the library's choice.</param>
    /// <param name="device"><c>cpu</c>, or <c>cuda</c> for <see cref="Torch"/>.</param>
    /// <exception cref="PteeFormatException">No engine of this build has that name, its library does not load, or the device
    /// is not there.</exception>
    public static IEngine Open(string name, Bundle bundle, int threads, string device = DefaultDevice) => Require(name) switch
    {
#if TORCH
        Torch => OpenTorch(bundle, threads, device),
#endif
        _ when device != DefaultDevice => throw new PteeFormatException(
            $"device '{device}': engine {name} runs on {DefaultDevice}; expected --engine {Torch}"),
        _ => new OnnxEngine(bundle, threads),
    };

    /// <exception cref="PteeFormatException">No engine of this build has that name.</exception>
    public static string Require(string name) => Names.Contains(name)
        ? name
        : throw new PteeFormatException($"unknown engine '{name}'; known: {string.Join(", ", Names)}");

#if TORCH
    /// <summary>Apart, so that nothing of Torch is loaded before somebody asks for it.</summary>
    private static TorchEngine OpenTorch(Bundle bundle, int threads, string device) => new(bundle, threads, device);
#endif
}
