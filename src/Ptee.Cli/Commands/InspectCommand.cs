using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee inspect X.ptee</c>.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var (path, json) = (CommonOptions.Bundle(), CommonOptions.Json());
        var command = new Command("inspect", "Shows what a bundle holds. Example: ptee inspect resnet20.ptee") { path, json };
        command.SetAction(parsed =>
        {
            var bundle = Bundle.Open(parsed.GetRequiredValue(path));
            Print(bundle);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, new { Bundle = bundle.Id, bundle.Manifest });
            }

            return ExitStatus.Good;
        });
        return command;
    }

    private static void Print(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        Console.WriteLine($"bundle    {bundle.Id}");
        Console.WriteLine($"backbone  {manifest.Architecture}, {Text.Count(manifest.BackboneMacs)} macs, SHA-256 {manifest.BackboneSha256}");
        Console.WriteLine($"from      {SourceText.Of(manifest.BackboneProvenance.Source)}");
        Console.WriteLine($"exits     {SourceText.Of(manifest.ExitsProvenance.Source)}");
        Console.WriteLine($"labels    {string.Join(", ", manifest.Labels)}");
        Console.WriteLine($"carries   {string.Join(", ", bundle.Entries)}");
        Console.WriteLine();
        var cuts = new Table("cut", "after block", "feature", "branch", "trunk", "all-in", "codec", "edge may split here");
        foreach (var (index, cut) in manifest.Cuts.Index())
        {
            cuts.Add(
                $"{index}", Text.Place(cut.Block, cut.Name), $"{cut.Shape}", manifest.Exits[index].Branch,
                Text.Percent((double)cut.TrunkMacs / manifest.BackboneMacs),
                Text.Percent((double)manifest.AllInMacs(index) / manifest.BackboneMacs), cut.Codec,
                index <= manifest.DeepestSplit ? "yes" : "");
        }

        Console.WriteLine(cuts);
        Console.WriteLine();
        foreach (var (index, _) in manifest.Cuts.Index().Where(cut => cut.Item.Bottleneck is not null))
        {
            var layers = manifest.BottleneckOf(index)!;
            Console.WriteLine(
                $"bottleneck at cut {index}: latent {layers.Latent}, {manifest.Cuts[index].Bottleneck!.Rates.Length} rates, "
                + $"encoder {Text.Percent((double)layers.EncoderMacs / manifest.BackboneMacs)} of the backbone's macs, "
                + $"decoder {Text.Percent((double)layers.DecoderMacs / manifest.BackboneMacs)}; {SourceText.Of(manifest.Cuts[index].Bottleneck!.Provenance.Source)}");
            Console.WriteLine();
        }

        var points = new Table("point", "gate", "thresholds", "held-out agreement", "all-in cost");
        foreach (var point in manifest.Points)
        {
            points.Add(
                point.Name, point.Gate, Text.Thresholds(point.Thresholds, manifest.Exits.Length),
                Text.Percent(point.Agreement), Text.Percent(point.AllInRatio));
        }

        Console.WriteLine(points);
        Console.WriteLine(EvidenceText.Of(manifest.Evidence, manifest.Labels.Length));
    }
}
