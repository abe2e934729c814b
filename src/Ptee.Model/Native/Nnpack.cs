using System.Runtime.InteropServices;
using TorchSharp;

namespace Ptee.Model.Native;

/// <summary>A library for convolutions inside libtorch, which asks it for single pictures.</summary>
/// <remarks>
/// It needs a processor with AVX2 that shows its cache sizes. Elsewhere, in many virtual machines, libtorch writes a warning
/// to standard error at each convolution and computes without it. It is turned off everywhere, so that there is nothing to
/// warn of and a picture is computed alike on all machines.
/// </remarks>
internal static unsafe class Nnpack
{
    // TorchSharp has no call for this, so libtorch's own is used, by its names in the C++ ABI of Linux.
    private const string GlobalContext = "_ZN2at13globalContextEv";
    private const string SetEnabled = "_ZN2at7Context20setUserEnabledNNPACKEb";

    /// <summary>To be called when libtorch has been loaded.</summary>
    /// <returns>False where libtorch has no such call; it then goes on as it would.</returns>
    public static bool TryTurnOff()
    {
        if (!NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, searchPath: null, out var library)
            || !NativeLibrary.TryGetExport(library, GlobalContext, out var context)
            || !NativeLibrary.TryGetExport(library, SetEnabled, out var set))
        {
            return false;
        }

        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }
}
