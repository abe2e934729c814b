namespace Ptee.Training.Importing;

/// <summary>What a person says of their file where it does not speak for itself.</summary>
/// <param name="Key">Which dict of tensors to take, with dots: <c>checkpoint.model_ema</c>; null for the likeliest.</param>
/// <param name="Renamings">Done in this order.</param>
public sealed record ImportOptions(string? Key = null, params IReadOnlyList<Renaming> Renamings);
