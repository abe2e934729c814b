using Ptee.Shared;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Commands;

/// <summary>What a run has come to so far. Keeps the records only for a report.</summary>
internal sealed class RunTally(bool keepsRecords)
{
    private readonly List<ImageRecord> _records = [];
    private string? _firstError;

    public int Images { get; private set; }

    public AnsweredReport Answered { get; private set; } = new(0, 0, 0, 0);

    /// <summary>In the input's order.</summary>
    public ImageRecord[] Records => [.. _records.OrderBy(record => record.Index)];

    public void Add(ImageRecord record)
    {
        Images++;
        Answered = Answered.And(record);
        _firstError ??= record.Error;
        if (keepsRecords)
        {
            _records.Add(record);
        }
    }

    /// <exception cref="PteeFormatException">Some pictures could not be read, or were more than the network can count with.</exception>
    public void RequireAllAnswered()
    {
        if (Answered.Failed > 0)
        {
            throw new PteeFormatException($"{Answered.Failed} of {Images} pictures got no answer; the first: {_firstError}");
        }
    }
}
