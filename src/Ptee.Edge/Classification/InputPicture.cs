namespace Ptee.Edge.Classification;

/// <summary>A picture to classify. It holds no pixels, so a long list of files costs next to nothing.</summary>
/// <param name="Name">For people and reports.</param>
/// <param name="Label">The true class where it is known.</param>
/// <param name="Pixels">May fail: then this picture fails and the run goes on.</param>
public sealed record InputPicture(string Name, int? Label, PixelReader Pixels);
