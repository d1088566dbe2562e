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
    private bool _closed;

    public Lane Lane { get; } = lane;

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
            var used = new Tokens(1, input, output);
            group.Correct(Lane, used - _held, used);
        }
    }
}
