using Ptee.Data.Fetching;

namespace Ptee.Data.Sets;

/// <summary>A data set known by name, as data.</summary>
/// <param name="Source">Its files and where they are to be had.</param>
/// <param name="Parse">Makes pictures of the contents of a part's files, in order. The contents are read as they are
/// enumerated, so one file at a time is in memory; gzip is undone.</param>
internal sealed record NamedSet(
    DataSource Source,
    IReadOnlyList<SetPart> Parts,
    Func<string, IReadOnlyList<DataFile>, IEnumerable<byte[]>, ImageSet> Parse)
{
    public string Name => Source.Name;

    public IReadOnlyList<DataFile> FilesOf(SetPart part) =>
        [.. part.Files.Select(name => Source.Files.Single(file => file.Name == name))];

    /// <exception cref="Shared.PteeFormatException">A file is missing or is not what it should be.</exception>
    public ImageSet Load(SetPart part, string folder)
    {
        var files = FilesOf(part);
        var whole = Parse($"{Name}:{part.Name}", files, files.Select(file => file.ReadVerified(folder)));
        var (start, count) = part.Images.GetOffsetAndLength(whole.Count);
        // The part's pictures are numbered from 0, as its users count them.
        return whole.Slice(start, count);
    }
}
