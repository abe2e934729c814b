using System.Runtime.Intrinsics.X86;

namespace Ptee.Model.Native;

/// <summary>What the processor says of its data caches, as oneDNN (the library inside libtorch that computes convolutions) asks it.</summary>
internal static class ProcessorCaches
{
    private const int AmdVendor = 0x68747541; // "Auth", of "AuthenticAMD": oneDNN reads AMD's own leaf there, and no other.
    private const int DeterministicCaches = 0x4;
    private const int HighestExtendedLeaf = unchecked((int)0x80000000);
    private const int AmdCaches = unchecked((int)0x8000001D);
    private const int CacheTypeMask = 0x1F;

    /// <summary>CPUID: eax, ebx, ecx and edx of a leaf and subleaf.</summary>
    internal delegate (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int subleaf);

    /// <summary>
    /// Whether this processor says how large its first data cache is. Some virtual machines on AMD processors do not.
    /// oneDNN then counts with a cache of one byte: its blocked convolutions crash (SIGFPE) or give wrong numbers.
    /// </summary>
    public static bool AreShown => !X86Base.IsSupported || Shows(X86Base.CpuId);

    internal static bool Shows(CpuId cpuId)
    {
        var extended = (uint)cpuId(HighestExtendedLeaf, 0).Eax >= unchecked((uint)AmdCaches) && HasCache(cpuId(AmdCaches, 0));
        return extended || (cpuId(0, 0).Ebx != AmdVendor && HasCache(cpuId(DeterministicCaches, 0)));
    }

    private static bool HasCache((int Eax, int Ebx, int Ecx, int Edx) registers) => (registers.Eax & CacheTypeMask) != 0;
}
