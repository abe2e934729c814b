using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ptee.Data;

/// <summary>
/// Square RGB pictures of one size, in memory. Immutable; slices share the storage. Safe to read from many threads.
/// </summary>
public sealed class ImageSet
{
    public const int Channels = 3;

    /// <summary>Stands for the label of a picture that has none.</summary>
    public const int NoLabel = -1;

    private readonly byte[] _pixels;
    private readonly int[]? _labels;
    private readonly IReadOnlyList<string>? _fileNames;
    private readonly int _start;
    private readonly Lazy<string> _fingerprint;

    /// <param name="name">For people and reports: <c>cifar10:test</c> or a path.</param>
    /// <param name="size">Rows and columns of every picture.</param>
    /// <param name="pixels">(N, 3, size, size), RGB. Not copied: the caller no longer writes to it.</param>
    /// <param name="labels">One a picture, <see cref="NoLabel"/> where it has none, or null. Not copied.</param>
    /// <param name="classes">What the labels mean; empty when nobody knows.</param>
    /// <param name="fileNames">One a picture, or null for <c>name#index</c>.</param>
    /// <exception cref="ArgumentException">The counts do not fit each other.</exception>
    public ImageSet(
        string name,
        int size,
        byte[] pixels,
        int[]? labels = null,
        IReadOnlyList<string>? classes = null,
        IReadOnlyList<string>? fileNames = null)
        : this(name, size, pixels, labels, classes ?? [], fileNames, start: 0, CountOf(size, pixels))
    {
        Check(nameof(labels), labels?.Length);
        Check(nameof(fileNames), fileNames?.Count);

        void Check(string what, int? count)
        {
            if (count is { } c && c != Count)
            {
                throw new ArgumentException($"{name}: {c} {what} for {Count} pictures", what);
            }
        }
    }

    private ImageSet(
        string name,
        int size,
        byte[] pixels,
        int[]? labels,
        IReadOnlyList<string> classes,
        IReadOnlyList<string>? fileNames,
        int start,
        int count)
    {
        (Name, Size, Classes, Count) = (name, size, classes, count);
        (_pixels, _labels, _fileNames, _start) = (pixels, labels, fileNames, start);
        _fingerprint = new Lazy<string>(Hash);
    }

    public string Name { get; }

    public int Count { get; }

    /// <summary>Rows, and columns, of every picture.</summary>
    public int Size { get; }

    /// <summary>Class names in the labels' order; may be empty.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many of the pictures have a label.</summary>
    public int Labelled => Count - (_labels is null ? Count : _labels.AsSpan(_start, Count).Count(NoLabel));

    /// <summary>Pictures where this set comes from that could not be read, and are not in it.</summary>
    public int Unreadable { get; init; }

    /// <summary>
    /// SHA-256 (64 hex digits) over size, count, pixels and labels; names are not in it. Made at the first call:
    /// about 0.1 s for 50,000 pictures of 32x32.
    /// </summary>
    public string Fingerprint => _fingerprint.Value;

    private int PictureBytes => Channels * Size * Size;

    /// <summary>Picture <paramref name="i"/>: 3 * Size * Size bytes, CHW, RGB.</summary>
    public ReadOnlySpan<byte> Pixels(int i) => _pixels.AsSpan(Checked(i) * PictureBytes, PictureBytes);

    /// <returns>Place among <see cref="Classes"/>; null where the picture has no label.</returns>
    public int? LabelOf(int i) => _labels?[Checked(i)] is { } label and not NoLabel ? label : null;

    /// <summary>The file's name, or <c>cifar10:test#17</c>. A slice keeps the names that the pictures had.</summary>
    public string NameOf(int i) => _fileNames?[Checked(i)] ?? $"{Name}#{Checked(i)}";

    /// <summary>The first <paramref name="n"/>, or all of them when there are fewer.</summary>
    public ImageSet Take(int n) => Slice(0, Math.Min(n, Count));

    /// <exception cref="ArgumentOutOfRangeException">The slice is not inside the set.</exception>
    public ImageSet Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        return start == 0 && count == Count
            ? this
            : new ImageSet(Name, Size, _pixels, _labels, Classes, _fileNames, _start + start, count) { Unreadable = Unreadable };
    }

    /// <summary>The same pictures with labels that mean something else.</summary>
    /// <param name="labels">One a picture, <see cref="NoLabel"/> where it has none. Not copied.</param>
    /// <param name="classes">What they mean.</param>
    public ImageSet WithLabels(int[] labels, IReadOnlyList<string> classes)
    {
        var all = new int[_pixels.Length / PictureBytes]; // Slices share what lies one a picture.
        labels.CopyTo(all.AsSpan(_start, Count));
        return new ImageSet(Name, Size, _pixels, all, classes, _fileNames, _start, Count) { Unreadable = Unreadable };
    }

    private static int CountOf(int size, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Imaging.Resampler.MaxSize);
        var one = Channels * size * size;
        return pixels.Length % one == 0
            ? pixels.Length / one
            : throw new ArgumentException($"{pixels.Length} bytes are no whole number of {one}", nameof(pixels));
    }

    private int Checked(int i)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(i);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
        return _start + i;
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(head, Size);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], _labels is null ? 0 : 1);
        hash.AppendData(head);
        hash.AppendData(_pixels.AsSpan(_start * PictureBytes, Count * PictureBytes));
        if (_labels is not null)
        {
            // Little-endian on every machine .NET runs on, so the bytes can be hashed as they lie.
            hash.AppendData(MemoryMarshal.AsBytes(_labels.AsSpan(_start, Count)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
