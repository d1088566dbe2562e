using Operator.Contract;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Lanes;

/// <summary>A request that waits in a lane.</summary>
internal sealed class Waiter(Lane lane, Tokens need, long since, TimeSpan patience)
    : TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Lane Lane { get; } = lane;

    public Tokens Need { get; } = need;

    /// <summary>When it came, as a timestamp.</summary>
    public long Since { get; } = since;

    public TimeSpan Patience { get; } = patience;

    /// <summary>Whether it would wait longer than its patience, were it not for a larger share that may come.</summary>
    public bool IsHopeful { get; set; }

    /// <summary>What turns count: tokens.</summary>
    public double Cost => Need.Input + Need.Output;
}
