using Ptee.Cli.Output;
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
        return kept == 0
            ? throw new PteeFormatException($"{name}: {all.Count} pictures, expected at least {HeldOutShare}")
            : new TrainingData(all.Slice(0, all.Count - kept).Take(images ?? int.MaxValue), all.Slice(all.Count - kept, kept));
    }
}
