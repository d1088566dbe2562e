using Operator.Contract;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Lanes;

/// <summary>What each lane leaves to others and uses at most. Not safe for several threads.</summary>
internal sealed class LaneCaps
{
    private readonly GroupBuckets?[] _caps = new GroupBuckets?[LanePolicy.Count];
    private readonly LaneConfiguration?[] _lanes = new LaneConfiguration?[LanePolicy.Count];
    private readonly double[] _floors = new double[LanePolicy.Count];

    /// <summary>Takes the rules of the lanes.</summary>
    public void Configure(IReadOnlyList<LaneConfiguration> lanes, TimeProvider time, Tokens rate, Tokens burst)
    {
        Array.Clear(_lanes);
        foreach (var lane in lanes) _lanes[(int)lane.Lane] = lane;
        for (var i = 0; i < LanePolicy.Count; i++)
        {
            var others = lanes.Where(l => (int)l.Lane != i).Sum(l => l.Reserve) / 10_000.0;
            _floors[i] = Math.Min(0.95, others + ((Lane)i == Lane.Bulk ? LanePolicy.BulkFloor : 0));
            _caps[i] = _lanes[i] is { Max: < 10_000 } ? _caps[i] ?? new GroupBuckets(time, rate * Max(i), burst * Max(i)) : null;
        }
        Share(rate, burst);
    }

    /// <summary>Takes the share in force.</summary>
    public void Share(Tokens rate, Tokens burst)
    {
        for (var i = 0; i < LanePolicy.Count; i++) _caps[i]?.Set(rate * Max(i), burst * Max(i));
    }

    /// <summary>The rules of a lane; null without.</summary>
    public LaneConfiguration? Of(Lane lane) => _lanes[(int)lane];

    /// <summary>The share of each bucket that a lane leaves.</summary>
    public double Floor(Lane lane) => _floors[(int)lane];

    /// <summary>Seconds until the lane's own maximum lets an amount pass.</summary>
    public double Wait(Lane lane, Tokens need)
    {
        if (_caps[(int)lane] is not { } cap) return 0;
        cap.Refill();
        return cap.Wait(need, 0).Seconds;
    }

    /// <summary>Takes from the lane's maximum, or gives back.</summary>
    public void Take(Lane lane, Tokens amount) => _caps[(int)lane]?.Take(amount);

    private double Max(int lane) => (_lanes[lane]?.Max ?? 10_000) / 10_000.0;
}
