using Ptee.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ptee.Model.Native;

/// <summary>Where libtorch computes, by name.</summary>
public static class TorchDevices
{
    public const string Cpu = "cpu";
    public const string Cuda = "cuda";

    public static IReadOnlyList<string> Names { get; } = [Cpu, Cuda];

    /// <exception cref="PteeFormatException">No device has that name, or there is none here.</exception>
    public static Device Get(string name) => name switch
    {
        Cpu => CPU,
        Cuda when HasCuda() => CUDA,
        Cuda => throw new PteeFormatException(
            "device 'cuda': none here; expected an NVIDIA GPU with its driver, and libtorch's CUDA build of the same version "
            + "beside the program in place of the CPU's"),
        _ => throw new PteeFormatException($"unknown device '{name}'; known: {string.Join(", ", Names)}"),
    };

    private static bool HasCuda()
    {
        try
        {
            return torch.TryInitializeDeviceType(DeviceType.CUDA) && cuda.is_available();
        }
        catch (Exception exception) when (exception is NotSupportedException or DllNotFoundException)
        {
            return false;
        }
    }
}
