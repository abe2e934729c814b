using Ptee.Training.Progress;

namespace Ptee.Tests;

/// <summary>Cancels a training when so many epochs are done.</summary>
internal sealed class StopAfterEpochs(CancellationTokenSource stop, int epochs = 1) : IProgress<TrainingProgress>
{
    private int _done;

    public void Report(TrainingProgress value)
    {
        if (value.Line is not null && ++_done == epochs)
        {
            stop.Cancel();
        }
    }
}
