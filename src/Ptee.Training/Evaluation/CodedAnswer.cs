using Ptee.Shared.Inference;

namespace Ptee.Training.Evaluation;

/// <summary>An image's answer, and how it came to it.</summary>
/// <param name="Codec">Its name; empty when the image was not handed over, or not coded.</param>
internal readonly record struct CodedAnswer(ExitAnswer Answer, string Codec = "", int PayloadBytes = 0);
