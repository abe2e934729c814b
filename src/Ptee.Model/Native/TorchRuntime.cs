using System.Runtime.InteropServices;
using Ptee.Shared;
using Ptee.Shared.Processes;
using TorchSharp;

namespace Ptee.Model.Native;

/// <summary>Gets libtorch ready. To be called before anything else touches a tensor.</summary>
public static class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static bool _ready;

    /// <summary>Loads libtorch once, with settings that do not burn a busy machine.</summary>
    /// <param name="threads">Threads inside one operator; 0 leaves libtorch's choice.</param>
    /// <exception cref="PteeFormatException">It cannot be loaded here. Says what is missing.</exception>
    public static void Initialize(int threads = 0)
    {
        lock (Gate)
        {
            if (!_ready)
            {
                SetUpNativeCode();
                Load();
                _ = Nnpack.TryTurnOff();
                _ready = true;
            }

            if (threads > 0)
            {
                torch.set_num_threads(threads);
            }
        }
    }

    private static void Load()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception exception) when (exception is DllNotFoundException or NotSupportedException
            or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            var platform = RuntimeInformation.RuntimeIdentifier;
            var inner = exception.GetBaseException().Message.ReplaceLineEndings(" ");
            throw new PteeFormatException(
                $"libtorch cannot be loaded on {platform}: expected linux-x64 with glibc 2.29 or newer and the files "
                + $"libtorch_cpu.so and libLibTorchSharp.so beside the program; the loader says: {inner}",
                exception);
        }
    }

    /// <remarks>libgomp and oneDNN read these when they are loaded.</remarks>
    private static void SetUpNativeCode()
    {
        // libgomp's threads spin while they wait; with two busy programs on two cores everything is several times slower.
        NativeEnvironment.SetUnlessSet("OMP_WAIT_POLICY", "PASSIVE");
        NativeEnvironment.SetUnlessSet("GOMP_SPINCOUNT", "0");
        if (!ProcessorCaches.AreShown)
        {
            // The newest kernels that do not divide the work by cache sizes. They are slower, and right.
            NativeEnvironment.SetUnlessSet("ONEDNN_MAX_CPU_ISA", "AVX");
        }
    }
}
