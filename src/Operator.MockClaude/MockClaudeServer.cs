using Operator.MockClaude.Accounts;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;
using Operator.MockClaude.Models;

namespace Operator.MockClaude;

/// <summary>A stand-in for the Claude API in this process, on the loopback interface.</summary>
public sealed class MockClaudeServer : IAsyncDisposable
{
    private readonly MockState _state;
    private readonly MockListener _listener;
    private readonly CancellationTokenSource _stopping;
    private int _disposed;

    private MockClaudeServer(MockState state, MockListener listener, CancellationTokenSource stopping)
    {
        _state = state;
        _listener = listener;
        _stopping = stopping;
    }

    /// <summary>Where it listens; what a client takes as its base URL.</summary>
    public Uri Address => _listener.Address;

    /// <summary>What was asked, answered and charged.</summary>
    public RequestLedger Ledger => _state.Ledger;

    /// <summary>What shall go wrong.</summary>
    public FaultPlan Faults => _state.Faults;

    /// <summary>The rate limits.</summary>
    public LimitBook Limits => _state.Limits;

    /// <summary>The models.</summary>
    public ModelCatalogue Models => _state.Models;

    /// <summary>The keys.</summary>
    public AccountDirectory Accounts => _state.Accounts;

    /// <summary>Starts a server.</summary>
    /// <param name="options">The set-up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentException">A limit names a model group that does not exist, or a number is out of its range.</exception>
    public static async Task<MockClaudeServer> StartAsync(MockClaudeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new MockClaudeOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TokensPerEvent, 1, nameof(options.TokensPerEvent));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FastOutputTokens, 1, nameof(options.FastOutputTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InputEstimateFactor, 1, nameof(options.InputEstimateFactor));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BurstSeconds, nameof(options.BurstSeconds));
        ArgumentOutOfRangeException.ThrowIfNegative(options.LedgerEntries, nameof(options.LedgerEntries));
        var stopping = new CancellationTokenSource();
        try
        {
            var state = new MockState(options, stopping.Token);
            var listener = await MockListener.StartAsync(options, new Router(state).HandleAsync, cancellationToken);
            return new MockClaudeServer(state, listener, stopping);
        }
        catch
        {
            stopping.Dispose();
            throw;
        }
    }

    /// <summary>Breaks open connections and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
        _stopping.Dispose();
    }
}
