using Ptee.Shared.Features;

namespace Ptee.Shared.Tests;

/// <summary>docs/architecture.md as a test: what both ends share leans on nothing heavy.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void Shared_needs_neither_Torch_nor_ONNX_nor_a_server_nor_another_project() => Assert.DoesNotContain(
        typeof(FeatureShape).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!),
        name => new[] { "TorchSharp", "Microsoft.ML", "Microsoft.AspNetCore", "Grpc.AspNetCore", "SkiaSharp", "Ptee." }
            .Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}
