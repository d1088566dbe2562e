using System.Runtime.CompilerServices;
using Polly;
using Polly.Retry;

namespace Operator.Limiter.Retrying;

/// <summary>What the retries of one request and model need.</summary>
internal sealed class RetryState
{
    public required long Arrived { get; init; }

    public required TimeSpan Patience { get; init; }

    /// <summary>Retries that are allowed: fewer when another model waits behind this one.</summary>
    public required int Retries { get; init; }

    /// <summary>Whether the key changed since the attempt that it was refused in.</summary>
    public required Func<bool> KeyChanged { get; init; }

    /// <summary>How many retries there were, over all models.</summary>
    public int Count { get; set; }

    internal TimeSpan? Next { get; set; }

    /// <summary>The attempt that was made before the pipeline began; null once it was taken.</summary>
    internal Attempt? First { get; set; }
}

/// <summary>Runs attempts until one is to be kept.</summary>
internal sealed class RetryPipeline
{
    private static readonly ResiliencePropertyKey<RetryState> StateKey = new("state");

    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    // With the first attempt that failed: to check its options it loads a megabyte that a limiter may never need.
    private readonly Lazy<ResiliencePipeline<Attempt>> _pipeline;

    public RetryPipeline(TimeProvider time, Func<double> random)
    {
        (_time, _random) = (time, random);
        _pipeline = new(Build);
    }

    /// <summary>Runs.</summary>
    /// <param name="attempt">One attempt; it turns every expected failure into a verdict.</param>
    /// <param name="state">The request.</param>
    /// <param name="cancellation">The caller leaves.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Attempt> RunAsync(Func<CancellationToken, ValueTask<Attempt>> attempt, RetryState state, CancellationToken cancellation)
    {
        // Most requests need one attempt: they do without the pipeline's frames.
        var first = await attempt(cancellation).ConfigureAwait(false);
        if (first.Verdict == UpstreamVerdict.Success) return first;
        state.First = first;
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(StateKey, state);
        try
        {
            return await _pipeline.Value.ExecuteAsync(
                static (context, given) =>
                {
                    if (given.state.First is not { } first) return given.attempt(context.CancellationToken);
                    given.state.First = null;
                    return ValueTask.FromResult(first);
                },
                context, (attempt, state)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<Attempt> Build() =>
        new ResiliencePipelineBuilder<Attempt> { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = RetryRules.MaxRetries,
                ShouldHandle = args => ValueTask.FromResult(ShouldRetry(args)),
                DelayGenerator = args => ValueTask.FromResult(args.Context.Properties.GetValue(StateKey, null!).Next),
                OnRetry = args =>
                {
                    args.Context.Properties.GetValue(StateKey, null!).Count++;
                    args.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .Build();

    private bool ShouldRetry(RetryPredicateArguments<Attempt> args)
    {
        var state = args.Context.Properties.GetValue(StateKey, null!);
        if (args.Outcome.Result is not { } attempt || attempt.Final || args.AttemptNumber >= state.Retries) return false;
        if (attempt.Verdict == UpstreamVerdict.Unauthorized)
        {
            state.Next = TimeSpan.Zero;
            return state.KeyChanged();
        }
        state.Next = RetryRules.Pause(
            attempt.Verdict, args.AttemptNumber, attempt.RetryAfter, _time.GetElapsedTime(state.Arrived), state.Patience, _random());
        return state.Next is not null;
    }
}
