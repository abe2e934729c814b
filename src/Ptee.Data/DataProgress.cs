namespace Ptee.Data;

/// <summary>How far a long piece of work is.</summary>
/// <param name="DoneBytes">At most <paramref name="TotalBytes"/> where that is known.</param>
/// <param name="TotalBytes">0 = not known.</param>
/// <param name="Text">One line: what is being done now.</param>
public readonly record struct DataProgress(long DoneBytes, long TotalBytes, string Text);
