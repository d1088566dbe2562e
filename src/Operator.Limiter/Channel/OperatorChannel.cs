using Microsoft.Extensions.Logging;
using Operator.Limiter.Configuration;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Channel;

/// <summary>The channel to the operator: its stream is followed and reports go out, as long as the limiter runs.</summary>
internal sealed class OperatorChannel : IAsyncDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);
    private readonly LimiterState _state;
    private readonly OperatorConnection _connection;
    private readonly ReportLoop _reports;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private OperatorChannel(Uri address, LimiterState state, ILoggerFactory loggers)
    {
        _state = state;
        _connection = new OperatorConnection(address, state.Options, state.Time);
        _reports = new ReportLoop(state, _connection, state.Channel, loggers.CreateLogger("reports"));
        var stream = new ConfigurationStream(state, _connection, state.Channel, loggers.CreateLogger("stream"));
        state.Configuration.Changed += Tell;
        state.Short += _reports.Early;
        state.Signals.Refused += _reports.Early;
        _running = Task.WhenAll(Task.Run(() => stream.RunAsync(_stop.Token)), Task.Run(() => _reports.RunAsync(_stop.Token)));
    }

    /// <summary>Begins, if the limiter has an operator.</summary>
    public static OperatorChannel? Start(LimiterState state, ILoggerFactory loggers) =>
        state.Options.Operator is { } address ? new OperatorChannel(address, state, loggers) : null;

    /// <summary>Ends: tells the operator what it does not know yet, if it listens.</summary>
    public async ValueTask DisposeAsync()
    {
        _state.Configuration.Changed -= Tell;
        _state.Short -= _reports.Early;
        _state.Signals.Refused -= _reports.Early;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        using var patience = new CancellationTokenSource(LastWords, _state.Time);
        await _reports.FinishAsync(patience.Token).ConfigureAwait(false);
        _connection.Dispose();
        _stop.Dispose();
    }

    private void Tell(LimiterSnapshot snapshot) => _reports.Confirm();
}
