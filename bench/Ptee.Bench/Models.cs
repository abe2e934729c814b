using Ptee.Model.Native;
using Ptee.Shared.Bundles;
using Ptee.Training.Bundling;
using Ptee.Training.Checkpoints;
using Ptee.Training.Importing;

namespace Ptee.Bench;

/// <summary>
/// What a scenario runs: the bundle that was asked for, or the embedded one and, where <c>$PTEE_TEST_DATA</c> has the
/// checkpoints, those made of them and of assets/exits.
/// </summary>
internal static class Models
{
    private const int InputSize = 32;
    private static readonly (string Name, string File)[] Checkpoints =
    [
        ("resnet20", "resnet20-12fca82f.th"),
        ("resnet56", "resnet56-4bfd9763.th"),
        ("resnet110", "resnet110-cifar10.safetensors"),
    ];

    /// <returns>A name for the figures, and the model; opened when its turn comes.</returns>
    public static IEnumerable<(string Name, Bundle Bundle)> Open(string? bundle)
    {
        if (bundle is not null)
        {
            yield return (Path.GetFileNameWithoutExtension(bundle), Bundle.Open(bundle));
            yield break;
        }

        yield return ("embedded", Bundle.Open(BuiltPrograms.Asset("resnet32-cifar10.ptee")));
        foreach (var (name, file) in Checkpoints)
        {
            var exits = Path.Combine(BuiltPrograms.Source("assets/exits"), $"{name}.ptee");
            var checkpoint = Path.Combine(Environment.GetEnvironmentVariable("PTEE_TEST_DATA") ?? "", "checkpoints", file);
            if (File.Exists(exits) && File.Exists(checkpoint))
            {
                yield return (name, Join(name, exits, checkpoint));
            }
        }
    }

    private static Bundle Join(string name, string exits, string checkpoint)
    {
        TorchRuntime.Initialize();
        using var backbone = BackboneImporter.Import(name, Checkpoint.Read(checkpoint), InputSize).Network;
        return BundleBuilder.Join($"{name}.ptee", Bundle.Open(exits), backbone);
    }
}
