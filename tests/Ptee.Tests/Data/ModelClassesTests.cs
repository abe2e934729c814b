using Ptee.Data;

namespace Ptee.Tests.Data;

public sealed class ModelClassesTests
{
    private static readonly string[] Numbers = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];

    private static readonly IReadOnlyList<string> Cifar10 = DataSets.ClassesOf("cifar10")!;

    [Fact]
    public void Classes_are_known_by_their_names_in_any_order()
    {
        var known = new ModelClasses(["dog", "cat"], Cifar10);

        Assert.Equal([5, 3, null], new[] { known.Of(0), known.Of(1), known.Of(null) });
        Assert.Null(known.Unknown("x", [0, 1, null]));
    }

    [Fact]
    public void Numbers_mean_the_model_s_and_not_their_place()
    {
        var known = new ModelClasses(["3", "5", "8", "10"], Numbers);

        Assert.Equal([3, 5, 8, null], Enumerable.Range(0, 4).Select(label => known.Of(label)));
        Assert.Equal(
            "x: its classes are 3, 5, 8, 10; expected the model's: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9. 1 of 4 pictures has no label (10)",
            known.Unknown("x", [0, 1, 2, 3]));
    }

    [Fact]
    public void A_model_without_names_takes_a_known_set_in_its_order_and_no_other()
    {
        Assert.Equal(7, new ModelClasses(Cifar10, Numbers).Of(7));
        Assert.Null(new ModelClasses([.. Cifar10.Reverse()], Numbers).Of(7));
        Assert.Null(new ModelClasses([.. Cifar10.Take(9)], Numbers).Of(7));

        var animals = new ModelClasses(["cat", "dog"], Numbers);
        Assert.Null(animals.Of(0));
        Assert.EndsWith(
            "2 of 2 pictures have no label (cat, dog). The model's classes have no names; ptee import --labels gives them some",
            animals.Unknown("x", [0, 1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_two_classes_of_the_model_have_means_neither() =>
        Assert.Equal([null, 1], new[] { 0, 1 }.Select(label => new ModelClasses(["a", "b"], ["a", "b", "a"]).Of(label)));

    [Fact]
    public void Pictures_get_the_model_s_classes_and_lose_others()
    {
        var images = new ImageSet("x", 1, new byte[9], [0, 1, ImageSet.NoLabel], ["cat", "yak"]);
        var known = new ModelClasses(images.Classes, Cifar10);

        var labelled = known.Label(images);

        Assert.Equal([3, null, null], Enumerable.Range(0, 3).Select(labelled.LabelOf));
        Assert.Same(Cifar10, labelled.Classes);
        Assert.Contains("1 of 3 pictures has no label (yak)", known.Unknown(images), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_whose_meaning_nobody_knows_are_none_of_the_model_s()
    {
        var images = new ImageSet("x", 1, new byte[3], [4]);

        Assert.Equal(0, new ModelClasses(images.Classes, Cifar10).Label(images).Labelled);
    }
}
