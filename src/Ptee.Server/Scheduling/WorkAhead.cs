namespace Ptee.Server.Scheduling;

/// <summary>What waits, and how long it will take: goes back to devices with every answer and when the queue is full.</summary>
/// <param name="Frames">Waiting, all streams together.</param>
/// <param name="Milliseconds">Of the engine's time.</param>
internal readonly record struct WorkAhead(int Frames, double Milliseconds);
