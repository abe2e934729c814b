using Ptee.Shared.Bundles;

namespace Ptee.Bench;

/// <summary>A model as a file for another process; gone when disposed of.</summary>
internal sealed class TemporaryBundle : IDisposable
{
    public TemporaryBundle(Bundle bundle) => BundleWriter.Write(bundle, Path, BundleHalf.Whole);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ptee-bench-{Guid.NewGuid():N}.ptee");

    public void Dispose() => File.Delete(Path);
}
