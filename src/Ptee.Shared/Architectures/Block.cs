using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>One block of a backbone: what lies between two places where it may be cut.</summary>
/// <param name="Name">For people: <c>stem</c>, <c>s1b1</c> (stage 1, block 1), <c>head</c>.</param>
/// <param name="Body">The layers, with PyTorch's keys.</param>
/// <param name="In">Shape of one image's features going in.</param>
/// <param name="Out">Shape coming out; a vector of K values is Kx1x1.</param>
/// <param name="CanCut">Whether an exit or a split may follow this block.</param>
public sealed record Block(string Name, Row Body, FeatureShape In, FeatureShape Out, bool CanCut);
