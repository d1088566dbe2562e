namespace Operator.Cli.Eval.Running;

/// <summary>Tells how far a run is, once it takes longer than a person waits without wondering.</summary>
internal sealed class EvalProgress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly TextWriter _error;
    private readonly int _total;
    private readonly ITimer _timer;
    private int _done, _failed;
    private bool _ended;

    /// <param name="error">Where to.</param>
    /// <param name="total">The number of cases.</param>
    /// <param name="time">The clock.</param>
    public EvalProgress(TextWriter error, int total, TimeProvider time)
    {
        (_error, _total) = (error, total);
        _timer = time.CreateTimer(static self => ((EvalProgress)self!).Tell(), this, Patience, Pace);
    }

    /// <summary>A case has ended.</summary>
    public void Done(bool passed)
    {
        lock (_gate)
        {
            _done++;
            if (!passed) _failed++;
        }
    }

    /// <summary>Tells nothing any more.</summary>
    public void Dispose()
    {
        lock (_gate) _ended = true;
        _timer.Dispose();
    }

    private void Tell()
    {
        lock (_gate)
        {
            if (!_ended) _error.WriteLine($"{_done} of {_total} cases{(_failed > 0 ? $", {_failed} failed" : "")} ...");
        }
    }
}
