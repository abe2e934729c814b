using Ptee.Data.Imaging;
using Ptee.Data.Sets;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data;

/// <summary>
/// Opens pictures by name (<c>cifar10</c>, <c>fashion-mnist:heldout</c>) or by path: a CIFAR-10 binary file
/// (<c>*.bin</c>), an SVHN file (<c>*.mat</c>), a folder of pictures (flat, or one folder a class), or one picture.
/// A name wins over a path; <c>./cifar10</c> is the path.
/// </summary>
public static class DataSets
{
    /// <summary>Names the folder that holds the named sets.</summary>
    public const string RootVariable = "PTEE_DATA";

    /// <summary>Rows and columns of every named set.</summary>
    public const int NamedSize = 32;

    /// <summary>What reads a file that holds a set, by the end of the file's name.</summary>
    private static readonly Dictionary<string, Func<string, ImageSet>> SetFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        [".bin"] = CifarBinary.Load,
        [".mat"] = SvhnMat.Load,
    };

    /// <summary>The sets known by name, without their parts.</summary>
    public static IEnumerable<string> Names => NamedSets.All.Select(set => set.Name);

    /// <summary>What a named set's labels mean, in their order; null when no set has that name.</summary>
    public static IReadOnlyList<string>? ClassesOf(string name) => name switch
    {
        "cifar10" => Cifar10.Classes,
        "fashion-mnist" => FashionMnist.Classes,
        "svhn" => Svhn.Classes,
        _ => null,
    };

    /// <summary>Whether the name ends like a file's that holds a set of pictures: bin or mat, in any case.</summary>
    public static bool IsSetFile(string path) => SetFiles.ContainsKey(Path.GetExtension(path));

    /// <summary>Where the named sets live: the argument, else $PTEE_DATA, else the user's cache folder.</summary>
    public static string Root(string? dataRoot = null)
    {
        var given = Given(dataRoot) ?? Given(Environment.GetEnvironmentVariable(RootVariable));
        if (given is not null)
        {
            return Path.GetFullPath(given);
        }

        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        // The XDG specification says to ignore a relative one.
        return Path.Combine(
            Path.IsPathRooted(cache)
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "ptee",
            "data");

        static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Opens what is there already; fetches nothing.</summary>
    /// <param name="name">A name, with <c>:train</c>, <c>:heldout</c> or <c>:test</c> (the default), or a path.</param>
    /// <param name="dataRoot">See <see cref="Root"/>.</param>
    /// <param name="size">What pictures from files are scaled and cut to, 1 to 1,024. Named sets, CIFAR-10 and SVHN
    /// files are 32x32 and nothing else.</param>
    /// <param name="images">The first so many; of a folder no others are read. Null: all.</param>
    /// <param name="progress">Gets lines on what of a folder is left out, too.</param>
    /// <exception cref="PteeFormatException">The name is unknown, a file is missing, damaged or over a limit, or the
    /// size cannot be had. One line.</exception>
    public static ImageSet Open(
        string name,
        string? dataRoot = null,
        int size = NamedSize,
        int? images = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Resampler.MaxSize);
        if (NamedSets.Find(name) is var (set, part))
        {
            RequireNamedSize(name, size);
            return First(set.Load(part, Path.Combine(Root(dataRoot), set.Name)));
        }

        if (Directory.Exists(name))
        {
            var listing = FolderListing.Of(name, progress);
            var first = Math.Min(images ?? listing.Pictures.Count, listing.Pictures.Count);
            return listing.Pick(Enumerable.Range(0, first)).Read(size, progress, cancellationToken);
        }

        if (!File.Exists(name))
        {
            throw new PteeFormatException(RegularFile.NameFault(name) is { } fault
                ? $"{Printable.Message(name)}: {fault}"
                : $"'{Printable.Message(name)}' is neither a file, a folder nor a data set; known: {NamedSets.Known}");
        }

        if (!SetFiles.TryGetValue(Path.GetExtension(name), out var load))
        {
            return new ImageSet(name, size, Pictures.Read(name).ToSquare(size), fileNames: [Path.GetFileName(name)]);
        }

        RequireNamedSize(name, size);
        return First(load(name));

        ImageSet First(ImageSet all) => all.Take(images ?? all.Count);
    }

    /// <summary>As <see cref="Open"/>, but a named set that is not there is fetched first; a line says so.</summary>
    /// <param name="fetcher">Null: one with its own <see cref="HttpClient"/>.</param>
    /// <inheritdoc cref="Open"/>
    public static async Task<ImageSet> OpenAsync(
        string name,
        string? dataRoot = null,
        int size = NamedSize,
        int? images = null,
        DataFetcher? fetcher = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (NamedSets.Find(name) is var (set, part))
        {
            RequireNamedSize(name, size);
            var root = Root(dataRoot);
            var folder = Path.Combine(root, set.Name);
            if (set.FilesOf(part).Any(file => !file.IsThere(folder)))
            {
                progress?.Report(new DataProgress(0, 0, $"{set.Name} is not in {folder}: fetching it first"));
                using var http = fetcher is null ? new HttpClient() : null;
                await (fetcher ?? new DataFetcher(http!)).GetAsync(set.Name, root, progress, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        return Open(name, dataRoot, size, images, progress, cancellationToken);
    }

    private static void RequireNamedSize(string name, int size)
    {
        if (size != NamedSize)
        {
            throw new PteeFormatException(
                $"{name} holds pictures of {NamedSize}x{NamedSize}, expected {size}x{size}");
        }
    }
}
