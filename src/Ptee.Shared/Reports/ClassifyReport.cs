namespace Ptee.Shared.Reports;

/// <summary>What one run of <c>ptee-edge classify</c> did, as <c>--json</c> writes it.</summary>
/// <param name="Bundle">Id, lower-case hex.</param>
/// <param name="Point">Name of the operating point; empty when a threshold was given.</param>
/// <param name="Thresholds">One an early exit, or one for each early exit and class, exit after exit.</param>
/// <param name="Split">Index of the cut at which images are handed over.</param>
/// <param name="Codec">Names of those among which each image took the shortest; empty when the device ran the whole network.</param>
/// <param name="Seconds">From the first picture to the last answer, start-up not counted.</param>
/// <param name="BytesUp">Written to the socket, everything counted; null without a server.</param>
/// <param name="BytesDown">Read from the socket; null without a server.</param>
/// <param name="PeakMemoryMb">Largest resident size of the process, in units of 2^20 bytes.</param>
/// <param name="LiveTensors">Held by the engine's library at the end.</param>
/// <param name="Reconnects">Times that the stream to the server was opened again after it had been lost.</param>
/// <param name="Adaptation">What moved the device's thresholds during the run; null when they stayed.</param>
/// <param name="Stopped">A signal ended the run; <paramref name="Images"/> has what was answered until then.</param>
public sealed record ClassifyReport(
    string Bundle,
    string Engine,
    string Gate,
    string Point,
    float[] Thresholds,
    int Split,
    string Codec,
    double Seconds,
    long? BytesUp,
    long? BytesDown,
    double PeakMemoryMb,
    long LiveTensors,
    int Reconnects,
    ImageRecord[] Images,
    AdaptationReport? Adaptation = null,
    bool Stopped = false)
{
    /// <summary>Between the names in <see cref="Codec"/>.</summary>
    public const char Separator = ',';

    public AnsweredReport Answered => AnsweredReport.Of(Images);
}
