using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Shared;

namespace Ptee.Cli.Commands;

/// <summary>The images that a step may learn from, and those that it may only choose with. Never test images.</summary>
internal sealed record TrainingData(ImageSet Train, ImageSet HeldOut)
{
    private const int HeldOutShare = 10; // One in ten, of a folder or file that has no parts of its own.

    /// <param name="name">A named set without a part, or a path.</param>
    /// <exception cref="PteeFormatException">Unknown, or a part was named.</exception>
    public static async Task<TrainingData> OpenAsync(string name, string? root, int size, int? images, CancellationToken cancellationToken)
    {
        var progress = new DownloadProgress();
        if (DataSets.Names.Contains(name))
        {
            var train = await DataSets.OpenAsync($"{name}:train", root, size, progress: progress, cancellationToken: cancellationToken);
            var heldOut = await DataSets.OpenAsync($"{name}:heldout", root, size, progress: progress, cancellationToken: cancellationToken);
            return new TrainingData(train.Take(images ?? train.Count), heldOut);
        }

        if (DataSets.Names.Any(set => name.StartsWith(set + ":", StringComparison.Ordinal)))
        {
            throw new PteeFormatException($"--data {name}: name the set without a part; :train is learned from and :heldout chooses");
        }

        var all = await DataSets.OpenAsync(name, root, size, progress: progress, cancellationToken: cancellationToken);
        var kept = all.Count / HeldOutShare;
        if (kept == 0)
        {
            throw new PteeFormatException($"{name}: {all.Count} pictures, expected at least {HeldOutShare}");
        }

        var mixed = Mixed(all);
        return new TrainingData(mixed.Slice(0, all.Count - kept).Take(images ?? int.MaxValue), mixed.Slice(all.Count - kept, kept));
    }

    /// <summary>A folder is listed class by class; each part has to have some of every class. Always the same mix.</summary>
    private static ImageSet Mixed(ImageSet images)
    {
        var order = Enumerable.Range(0, images.Count).ToArray();
        new Random(0).Shuffle(order);
        return new ImageSet(
            images.Name,
            images.Size,
            [.. order.SelectMany(i => images.Pixels(i).ToArray())],
            images.HasLabels ? [.. order.Select(images.LabelOf)] : null,
            images.Classes,
            [.. order.Select(images.NameOf)]);
    }
}
