using Ptee.Shared.IO;

namespace Ptee.Edge.Offload;

/// <summary>What a link says to a person, and when: once for each change, and not for each image. Safe from any thread.</summary>
/// <param name="name">Of the server; begins each line.</param>
internal sealed class LinkVoice(string name, TimeSpan deadline, Action<LinkNotice> notify)
{
    private readonly Lock _gate = new();
    private readonly DegradedShare _share = new();
    private string _failure = "";
    private string _nonsense = "";
    private bool _saidDown;
    private bool _wantsProof;
    private bool _saidConfiguration;
    private bool _saidNonsense;
    private bool _saidBusy;
    private bool _saidDegraded;

    /// <summary>There is a stream; where the server was silent before, it is said with the first answer.</summary>
    public void Up()
    {
        lock (_gate)
        {
            if (!_wantsProof)
            {
                SayConnected();
            }
        }
    }

    /// <summary>Once a gap; a fault that waiting does not mend is said even when another was said before.</summary>
    public void Down(string message, LinkFaultKind kind)
    {
        lock (_gate)
        {
            var isConfiguration = kind == LinkFaultKind.Configuration;
            _wantsProof = kind == LinkFaultKind.Silent;
            if (!_saidDown || (isConfiguration && !_saidConfiguration))
            {
                (_saidDown, _saidConfiguration) = (true, isConfiguration);
                Say(up: false, $"{message}; answering on the device and trying again");
            }
        }
    }

    /// <summary>So much work waits at the server, as it says.</summary>
    public void Heard(TimeSpan ahead)
    {
        lock (_gate)
        {
            if (ahead >= deadline && !_saidBusy)
            {
                _saidBusy = true;
                Say(up: true, $"says that {ahead.TotalMilliseconds:0} ms of work wait there, more than the {deadline.TotalMilliseconds:0} ms that an image may wait; "
                    + $"answering on the device and asking again after {WorkAhead.LongestPause.TotalSeconds:0} s at most");
            }

            _saidBusy &= ahead > deadline / 2;
        }
    }

    /// <summary>The server failed one frame, and says why.</summary>
    public void Failed(string reason)
    {
        lock (_gate)
        {
            _failure = Printable.Line(reason);
        }
    }

    /// <summary>The server said what cannot be.</summary>
    /// <param name="wrong">What it was, and what was expected.</param>
    public void Nonsense(string wrong)
    {
        lock (_gate)
        {
            _nonsense = wrong;
            if (!_saidNonsense)
            {
                _saidNonsense = true;
                Say(up: true, $"answers with what this model cannot say ({wrong}); such answers are not used");
            }
        }
    }

    /// <summary>What became of one image that was to be finished at the server.</summary>
    public void Ended(OffloadStatus status)
    {
        lock (_gate)
        {
            if (status == OffloadStatus.Answered && _wantsProof)
            {
                SayConnected();
            }

            _share.Add(status);
            if (_share.IsMost && !_saidDegraded)
            {
                _saidDegraded = true;
                var (reason, times) = _share.MostFrequent();
                Say(up: true, $"{_share.Degraded} of the last {_share.Count} images that were sent there were answered on the device; "
                    + $"most often ({times} times) because {Words(reason)}");
            }

            _saidDegraded &= !_share.IsFew;
        }
    }

    private void SayConnected()
    {
        _wantsProof = false;
        if (_saidDown)
        {
            (_saidDown, _saidConfiguration) = (false, false);
            Say(up: true, "connected");
        }
    }

    private string Words(OffloadStatus reason) => reason switch
    {
        OffloadStatus.Late => $"no answer came within {deadline.TotalMilliseconds:0} ms",
        OffloadStatus.Refused => $"the server failed to answer: {_failure}",
        OffloadStatus.Nonsense => $"its answers cannot be of this model: {_nonsense}",
        OffloadStatus.Busy => "too much work waits there",
        _ => "the connection was lost",
    };

    private void Say(bool up, string text)
    {
        try
        {
            notify(new LinkNotice(up, $"{name}: {text}"));
        }
        catch (IOException)
        {
            // Where notices go is full or gone; the link is not.
        }
    }
}
