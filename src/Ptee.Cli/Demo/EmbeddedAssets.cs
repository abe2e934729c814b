namespace Ptee.Cli.Demo;

/// <summary>What comes with the program, beside it: a small bundle that Ptee trained, and real test images.</summary>
internal static class EmbeddedAssets
{
    public static string Bundle => Path.Combine(AppContext.BaseDirectory, "assets", "resnet32-cifar10.ptee");

    /// <summary>The first 1,000 images of the CIFAR-10 test set, in the official binary layout.</summary>
    public static string Images => Path.Combine(AppContext.BaseDirectory, "assets", "cifar10-test-1000.bin");
}
