using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Lanes;

/// <summary>The answer to a wish for admission.</summary>
/// <param name="Refusal">Why not; null when admitted.</param>
/// <param name="Hold">What is held; null when refused.</param>
internal readonly record struct Admission(Refusal? Refusal, Hold? Hold);

/// <summary>What an admitted request holds in the buckets. To be settled exactly once at its end; later calls do nothing.</summary>
internal sealed class Hold(GroupLimiter group, Lane lane, Tokens held)
{
    private readonly Lock _gate = new();
    private Tokens _held = held;
    private PromptEstimator? _estimator;
    private bool _closed;

    public Lane Lane { get; } = lane;

    /// <summary>
    /// Whether its output was held by a guess. What a guess held too much is not given back: it was nobody's while it was held, and all of
    /// it at once, when the first answers end, is more than the following minute has room for.
    /// </summary>
    public bool IsGuess { get; set; }

    /// <summary>Counts as under way for who estimated it, until it is settled.</summary>
    /// <param name="estimator">Who estimated it; to be told once.</param>
    public void EstimatedBy(PromptEstimator estimator)
    {
        lock (_gate)
        {
            if (_closed || _estimator is not null) return;
            (_estimator = estimator).Begin();
        }
    }

    /// <summary>Replaces the estimate of the input by what the answer's beginning told.</summary>
    public void SettleInput(double tokens)
    {
        lock (_gate)
        {
            if (_closed) return;
            var next = _held with { Input = tokens };
            group.Correct(Lane, next - _held, default);
            _held = next;
        }
    }

    /// <summary>Replaces the rest of the estimate by what was used.</summary>
    public void Settle(double input, double output)
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _estimator?.End();
            var used = new Tokens(1, input, output);
            var charged = IsGuess ? used with { Output = Math.Max(output, _held.Output) } : used;
            group.Correct(Lane, charged - _held, used);
        }
    }

    /// <summary>There was no answer: all that was held but the input is given back.</summary>
    public void Cancel(double input)
    {
        lock (_gate)
        {
            IsGuess = false;
            Settle(input, 0);
        }
    }
}
