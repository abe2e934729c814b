using System.Globalization;
using Ptee.Shared.Bundles;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>Whether a model could have said it: nothing from outside is used unchecked.</summary>
internal static class AnswerCheck
{
    /// <summary>Sums of floats may end a hair above 1.</summary>
    private const float MostShare = 1.0001f;

    /// <param name="cut">At which the image was handed over.</param>
    /// <returns>What cannot be, in words; null for an answer that can be.</returns>
    public static string? WhatIsWrong(Answer answer, int cut, Manifest manifest) =>
        answer.ClassIndex >= manifest.Labels.Length ? $"class {answer.ClassIndex}, expected 0 to {manifest.Labels.Length - 1}"
        : answer.Exit <= cut || answer.Exit > manifest.Exits.Length ? $"exit {answer.Exit}, expected {cut + 1} to {manifest.Exits.Length}"
        : !IsShare(answer.Probability) ? $"probability {Text(answer.Probability)}, expected 0 to 1"
        : !IsShare(answer.Score) ? $"score {Text(answer.Score)}, expected 0 to 1"
        : null;

    private static bool IsShare(float value) => value is >= 0 and <= MostShare;

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
