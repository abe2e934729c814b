namespace Ptee.Shared.Processes;

/// <summary>One of Ptee's programs that this one started and needs has ended before its time. The message is one line.</summary>
/// <param name="said">The last that it wrote on its standard error; may be empty.</param>
public sealed class ProgramEndedException(ProcessEnd end, string said)
    : Exception(said.Length == 0 ? end.WithAdvice : $"{end.WithAdvice}; its last words: {said}");
