using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;

namespace Ptee.Cli.Commands;

/// <summary>The images that a step may learn from, and those that it may only choose with. Never test images.</summary>
internal sealed record TrainingData(ImageSet Train, ImageSet HeldOut)
{
    private const int HeldOutShare = 10; // One in ten, of a folder or file that has no parts of its own.

    /// <summary>What was learned from, as a provenance keeps it.</summary>
    public string Name => $"{Train.Name} {Train.Fingerprint}";

    /// <summary>Whether weights are known not to have learned from <see cref="HeldOut"/>: each of their trainings had the other part.</summary>
    public bool HeldOutIsNewTo(Provenance weights) => weights.Trainings.All(data => data == Name
        || (DataSets.Names.Any(set => Train.Name == PartOf(set)) && data.StartsWith($"{Train.Name} ", StringComparison.Ordinal)));

    /// <param name="name">A named set without a part, or a path.</param>
    /// <exception cref="PteeFormatException">Unknown, or a part was named.</exception>
    public static async Task<TrainingData> OpenAsync(string name, string? root, int size, int? images, CancellationToken cancellationToken)
    {
        var progress = new DownloadProgress();
        if (DataSets.Names.Contains(name))
        {
            var train = await DataSets.OpenAsync(PartOf(name), root, size, progress: progress, cancellationToken: cancellationToken);
            var heldOut = await DataSets.OpenAsync($"{name}:heldout", root, size, progress: progress, cancellationToken: cancellationToken);
            return new TrainingData(train.Take(images ?? train.Count), heldOut);
        }

        if (DataSets.Names.Any(set => name.StartsWith(set + ":", StringComparison.Ordinal)))
        {
            throw new PteeFormatException($"--data {name}: name the set without a part; :train is learned from and :heldout chooses");
        }

        if (Directory.Exists(name))
        {
            var listing = FolderListing.Of(name, progress);
            var (learned, chosenWith) = Parts(name, listing.Pictures.Count, images);
            return new TrainingData(
                listing.Pick(learned).Read(size, progress, cancellationToken),
                listing.Pick(chosenWith).Read(size, progress, cancellationToken));
        }

        var all = await DataSets.OpenAsync(name, root, size, progress: progress, cancellationToken: cancellationToken);
        var parts = Parts(name, all.Count, images);
        return new TrainingData(Picked(all, parts.Train), Picked(all, parts.HeldOut));
    }

    /// <summary>Of a named set; it is the same for everybody, also where only its first images are learned from.</summary>
    private static string PartOf(string set) => $"{set}:train";

    /// <summary>A folder is listed class by class; each part has to have some of every class. Always the same mix.</summary>
    /// <param name="images">To learn from, at most.</param>
    private static (int[] Train, int[] HeldOut) Parts(string name, int count, int? images)
    {
        var kept = count / HeldOutShare;
        if (kept == 0)
        {
            throw new PteeFormatException($"{Printable.Message(name)}: {count} pictures, expected at least {HeldOutShare}");
        }

        var order = Enumerable.Range(0, count).ToArray();
        new Random(0).Shuffle(order);
        return ([.. order.Take(count - kept).Take(images ?? count)], order[^kept..]);
    }

    private static ImageSet Picked(ImageSet images, int[] indexes) => new(
        images.Name,
        images.Size,
        [.. indexes.SelectMany(i => images.Pixels(i).ToArray())],
        images.Labelled > 0 ? [.. indexes.Select(i => images.LabelOf(i) ?? ImageSet.NoLabel)] : null,
        images.Classes,
        [.. indexes.Select(images.NameOf)]);
}
