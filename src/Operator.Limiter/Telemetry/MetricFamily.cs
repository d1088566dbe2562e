using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Telemetry;

/// <summary>What the values of a metric mean.</summary>
internal enum MetricKind
{
    /// <summary>Counts from the start; never falls.</summary>
    Counter,

    /// <summary>How things stand.</summary>
    Gauge,
}

/// <summary>One value of a metric.</summary>
/// <param name="Value">The value.</param>
/// <param name="Labels">What it is told apart by, in the order in which it is written.</param>
internal sealed record MetricValue(double Value, params (string Name, string Value)[] Labels);

/// <summary>A metric: every way out of the limiter tells the same ones.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="Help">A sentence for the reader.</param>
/// <param name="Read">Its values now.</param>
internal sealed record MetricFamily(string Name, MetricKind Kind, string Help, Func<MetricScrape, IEnumerable<MetricValue>> Read);

/// <summary>One look at the limiter: what several metrics are made of is read once.</summary>
internal sealed class MetricScrape(LimiterState state)
{
    /// <summary>The limiter.</summary>
    public LimiterState State => state;

    /// <summary>What was measured of revisions.</summary>
    public IReadOnlyList<RevisionMeasurement> Revisions => field ??= state.Meters.Read();

    /// <summary>What is in force at each gate.</summary>
    public IReadOnlyList<GateShare> Shares => field ??=
    [
        .. state.Groups.Select(g =>
        {
            var (rate, level, source) = g.InForce;
            return new GateShare(g, rate, level, source);
        }),
    ];
}

/// <summary>What is in force at a gate.</summary>
/// <param name="Gate">The gate.</param>
/// <param name="Rate">What may be used a second.</param>
/// <param name="Level">What the buckets hold.</param>
/// <param name="Source">Where the share comes from.</param>
internal sealed record GateShare(GroupLimiter Gate, Tokens Rate, Tokens Level, ShareSource Source);
