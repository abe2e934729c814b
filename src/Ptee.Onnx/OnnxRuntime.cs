using Microsoft.ML.OnnxRuntime;
using Ptee.Shared;
using Ptee.Shared.Processes;

namespace Ptee.Onnx;

/// <summary>The process's one ONNX Runtime: threads and the memory for what is computed in between are
/// shared by all graphs, because a bundle has several and each would bring its own.</summary>
internal static class OnnxRuntime
{
    private static readonly Lock Gate = new();
    private static bool _created;

    /// <summary>The arena grows by what is asked for; else by powers of two.</summary>
    private const int AsRequested = 1;

    /// <summary>Loads the library and starts its threads; the first caller's number stays.</summary>
    /// <param name="threads">Inside one operator; 0 leaves the runtime's choice.</param>
    /// <exception cref="PteeFormatException">The library does not load.</exception>
    public static void Initialize(int threads)
    {
        lock (Gate)
        {
            if (_created)
            {
                return;
            }

            // Else the library keeps an identifier of the device in the user's cache folder and a file of the session among the
            // temporary ones, and sends what it ran to its maker. It reads this when it is loaded.
            NativeEnvironment.SetUnlessSet("ORT_DISABLE_TELEMETRY", "1");
            try
            {
                using var threading = new OrtThreadingOptions { GlobalInterOpNumThreads = 1, GlobalSpinControl = false };
                if (threads > 0)
                {
                    threading.GlobalIntraOpNumThreads = threads;
                }

                var options = new EnvironmentCreationOptions
                {
                    logId = "ptee",
                    logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
                    threadOptions = threading,
                };
                var environment = OrtEnv.CreateInstanceWithOptions(ref options);
                environment.CreateAndRegisterAllocator(OrtMemoryInfo.DefaultInstance, new OrtArenaCfg(0, AsRequested, -1, -1));
                _created = true;
            }
            catch (Exception fault) when (fault is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
            {
                throw new PteeFormatException($"ONNX Runtime does not load on this machine: {fault.GetBaseException().Message}", fault);
            }
        }
    }
}
