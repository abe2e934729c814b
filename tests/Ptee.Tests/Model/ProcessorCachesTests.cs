using Ptee.Model.Native;

namespace Ptee.Tests.Model;

/// <summary>Processors as CPUID describes them; the registers are those of the vendors' manuals.</summary>
public sealed class ProcessorCachesTests
{
    private const int Amd = 0x68747541;
    private const int Intel = 0x756E6547;
    private const int DataCacheOfLevel1 = 0x21;

    [Fact]
    public void An_AMD_processor_shows_its_caches_in_a_leaf_of_its_own() =>
        Assert.True(Shows(Amd, 0x8000_0021, (0x8000_001D, DataCacheOfLevel1)));

    [Fact]
    public void A_virtual_AMD_processor_may_have_that_leaf_and_no_cache_in_it() => Assert.False(Shows(Amd, 0x8000_0021));

    [Fact]
    public void A_virtual_AMD_processor_may_end_before_that_leaf() =>
        Assert.False(Shows(Amd, 0x8000_0008, (0x8000_001D, DataCacheOfLevel1)));

    /// <summary>oneDNN does not look there on an AMD processor.</summary>
    [Fact]
    public void Intel_s_leaf_is_not_asked_on_an_AMD_processor() =>
        Assert.False(Shows(Amd, 0x8000_0021, (4, DataCacheOfLevel1)));

    [Fact]
    public void An_Intel_processor_shows_its_caches_in_leaf_4() =>
        Assert.True(Shows(Intel, 0x8000_0008, (4, DataCacheOfLevel1)));

    [Fact]
    public void A_virtual_Intel_processor_may_hide_them() => Assert.False(Shows(Intel, 0x8000_0008));

    private static bool Shows(int vendor, uint highestExtended, params (uint Leaf, int Eax)[] caches) =>
        ProcessorCaches.Shows((leaf, _) => unchecked((uint)leaf) switch
        {
            0 => (0x16, vendor, 0, 0),
            0x8000_0000 => (unchecked((int)highestExtended), 0, 0, 0),
            var other => (caches.FirstOrDefault(cache => cache.Leaf == other).Eax, 0, 0, 0),
        });
}
