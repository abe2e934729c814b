namespace Ptee.Training.Progress;

/// <summary>Where long work stands.</summary>
/// <param name="Work">What is being done: <c>epoch 3/36</c>.</param>
/// <param name="Done">Steps done of <paramref name="Total"/>.</param>
/// <param name="Line">A line for the log, when a part is finished; else null.</param>
public readonly record struct TrainingProgress(string Work, long Done, long Total, string? Line = null);
