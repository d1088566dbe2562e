using System.Runtime.InteropServices;

namespace Operator.Cli;

/// <summary>
/// What ends a command from outside: Ctrl-C, a terminal that is closed, a supervisor. All of them are obeyed in order, so that nothing is left
/// behind; a command that does not end within <see cref="Patience"/> is ended.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long a command may take to end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int OfSignals = 128;
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Timer? _deadline;

    public Interruption()
    {
        foreach (var (signal, number) in new[] { (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3) })
            _registrations.Add(PosixSignalRegistration.Create(signal, context => End(context, OfSignals + number)));
    }

    /// <summary>Cancelled by the first signal; further ones change nothing.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _deadline?.Dispose();
        _source.Dispose();
    }

    private void End(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        var deadline = new Timer(_ => Environment.Exit(code), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (Interlocked.CompareExchange(ref _deadline, deadline, null) is not null)
        {
            deadline.Dispose();
            return;
        }
        deadline.Change(Patience, Timeout.InfiniteTimeSpan);
        // Elsewhere: a callback that throws must not end the process in the middle of a signal, with files left.
        _ = _source.CancelAsync();
    }
}
