namespace Ptee.Training.Plots;

/// <summary>A line in a picture.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">In the order in which they are joined.</param>
/// <param name="Labels">Written beside the points, one for each; none where that is empty.</param>
public sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<string> Labels);
