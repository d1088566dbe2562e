using System.Collections.Concurrent;
using Operator.Api;

namespace Operator.Evals.Providers;

/// <summary>
/// Results of services. Questions run beside the reconciles, a bounded number at a time; one that a restart of the operator cut off
/// is asked again, under the same idempotency key.
/// </summary>
/// <param name="evaluator">Asks.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpEvalProvider(HttpEvaluator evaluator, TimeProvider time) : IEvalProvider, IDisposable
{
    private const int AtOnce = 16;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Question> _questions = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _room = new(AtOnce);
    private readonly CancellationTokenSource _stopped = new();

    /// <inheritdoc />
    public bool Serves(EvalGate gate) => gate?.Http is not null;

    /// <inheritdoc />
    public Task<ProviderState> RunAsync(EvalRequest request, CancellationToken cancellationToken) => ResumeAsync(request, cancellationToken);

    /// <inheritdoc />
    public async Task<ProviderState> ResumeAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var question = _questions.GetOrAdd(request.Run.Metadata.Uid!, _ => new Question(_stopped.Token));
        var answer = question.Start(token => AskAsync(request, token));
        if (!answer.IsCompleted) return new ProviderState.Working("the service was asked and has not answered yet", LookAgain);
        _questions.TryRemove(request.Run.Metadata.Uid!, out _);
        using (question)
        {
            // A question that was cut off (the operator stops) has no answer; it is asked again.
            return answer.IsCanceled ? new ProviderState.Working("the service is asked again", LookAgain) : await answer;
        }
    }

    /// <inheritdoc />
    public async Task CancelAsync(ClaudeEvalRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Metadata.Uid is not { } uid || !_questions.TryRemove(uid, out var question)) return;
        using (question) await question.CancelAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task<ProviderState> AskAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            var timeout = request.Gate.Http?.Timeout is { } given && given.TryGetTimeSpan(out var wanted) && wanted > TimeSpan.Zero ? wanted : DefaultTimeout;
            return await evaluator.AskAsync(request, timeout, time, cancellationToken);
        }
        finally
        {
            _room.Release();
        }
    }

    private sealed class Question(CancellationToken stopped) : IDisposable
    {
        private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        private readonly Lock _gate = new();
        private Task<ProviderState>? _answer;

        public Task<ProviderState> Start(Func<CancellationToken, Task<ProviderState>> ask)
        {
            lock (_gate) return _answer ??= Task.Run(() => ask(_cancelled.Token), CancellationToken.None);
        }

        /// <summary>Cancels, and waits for the end, which is near: everything that is asked listens to the token.</summary>
        public async Task CancelAsync()
        {
            await _cancelled.CancelAsync();
            Task<ProviderState>? answer;
            lock (_gate) answer = _answer;
            if (answer is not null) await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public void Dispose() => _cancelled.Dispose();
    }
}
