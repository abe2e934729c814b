namespace Ptee.Training.Plots;

/// <summary>A model's line in a picture.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">In the order in which they are joined.</param>
/// <param name="Labels">Written beside the points, one for each; none where that is empty.</param>
/// <param name="Marks">Points that have a name: marked larger, with the name beside them.</param>
/// <param name="Undivided">The height of the undivided network, at 100 on the horizontal axis; null where that axis is no share of its.</param>
public sealed record Curve(
    string Name,
    IReadOnlyList<(double X, double Y)> Points,
    IReadOnlyList<string> Labels,
    IReadOnlyList<(string Name, double X, double Y)> Marks,
    double? Undivided);
