using CsCheck;
using Ptee.Data;

namespace Ptee.Tests.Data;

public sealed class ImageSetTests
{
    private static readonly ImageSet Five = Make(ToyData.Bytes(seed: 1, 5 * 12), [3, 1, 4, 1, 5]);

    [Fact]
    public void A_slice_is_the_same_pictures_labels_and_names() => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Sample(
        (start, count) =>
        {
            count = Math.Min(count, 5 - start);
            var slice = Five.Slice(start, count);

            Assert.Equal(count, slice.Count);
            for (var i = 0; i < count; i++)
            {
                Assert.True(slice.Pixels(i).SequenceEqual(Five.Pixels(start + i)));
                Assert.Equal(Five.LabelOf(start + i), slice.LabelOf(i));
                Assert.Equal($"toy#{start + i}", slice.NameOf(i));
            }
        });

    [Fact]
    public void Slices_of_slices_add_up()
    {
        var inner = Five.Slice(1, 4).Slice(2, 2);

        Assert.Equal([1, 5], new[] { inner.LabelOf(0), inner.LabelOf(1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => inner.LabelOf(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => inner.Slice(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => inner.NameOf(-1));
    }

    [Fact]
    public void Taking_more_than_there_are_gives_all() => Assert.Equal(5, Five.Take(10_000).Count);

    [Fact]
    public void The_fingerprint_is_of_the_content_and_of_nothing_else()
    {
        var pixels = ToyData.Bytes(seed: 1, 5 * 12);
        Assert.Equal(Five.Fingerprint, new ImageSet("other", 2, pixels, [3, 1, 4, 1, 5]).Fingerprint);

        var copyOfThree = Make(pixels[12..48], [1, 4, 1]);
        Assert.Equal(copyOfThree.Fingerprint, Five.Slice(1, 3).Fingerprint);

        string[] others =
        [
            Five.Fingerprint,
            Five.Take(4).Fingerprint,
            Make(pixels, [3, 1, 4, 1, 6]).Fingerprint,
            Make(pixels, null).Fingerprint,
            Make([.. pixels[..^1], (byte)(pixels[^1] + 1)], [3, 1, 4, 1, 5]).Fingerprint,
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void Counts_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Make(new byte[13], null));
        Assert.Throws<ArgumentException>(() => Make(new byte[24], [1]));
    }

    [Fact]
    public void A_picture_without_a_label_has_none_in_slices_too()
    {
        var some = Make(ToyData.Bytes(seed: 1, 3 * 12), [2, ImageSet.NoLabel, 0]);

        Assert.Equal(2, some.Labelled);
        Assert.Equal((1, null, 0), (some.Slice(1, 2).Labelled, some.Slice(1, 2).LabelOf(0), some.Slice(1, 2).LabelOf(1)));
        Assert.Equal((0, null), (Make(new byte[12], null).Labelled, Make(new byte[12], null).LabelOf(0)));
    }

    [Fact]
    public void Other_labels_are_the_slice_s_and_leave_the_whole_as_it_is()
    {
        var slice = Five.Slice(1, 2).WithLabels([7, ImageSet.NoLabel], ["x"]);

        Assert.Equal([7, null], new[] { slice.LabelOf(0), slice.LabelOf(1) });
        Assert.Equal(("x", "toy#2"), (Assert.Single(slice.Classes), slice.NameOf(1)));
        Assert.True(slice.Pixels(1).SequenceEqual(Five.Pixels(2)));
        Assert.Equal(4, Five.LabelOf(2));
    }

    private static ImageSet Make(byte[] pixels, int[]? labels) => new("toy", size: 2, pixels, labels);
}
