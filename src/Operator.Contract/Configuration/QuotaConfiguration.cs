namespace Operator.Contract;

/// <summary>A budget as a limiter enforces it.</summary>
public sealed record QuotaConfiguration
{
    /// <summary>The quota's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The quota's name.</summary>
    public required string Name { get; init; }

    /// <summary>The model groups with their limits and with what a limiter may use without a lease.</summary>
    public required IReadOnlyList<GroupConfiguration> Groups { get; init; }

    /// <summary>Rules for the lanes; a lane that is missing has none.</summary>
    public IReadOnlyList<LaneConfiguration> Lanes { get; init; } = [];

    /// <summary>Budget of one user; null for none.</summary>
    public PerUserConfiguration? PerUser { get; init; }

    /// <summary>Money budgets from the organization down to this quota; the first that is exhausted decides.</summary>
    public IReadOnlyList<SpendConfiguration> Spend { get; init; } = [];
}

/// <summary>The limits of one model group.</summary>
public sealed record GroupConfiguration
{
    /// <summary>The group's id; leases and reports use it.</summary>
    public required string Group { get; init; }

    /// <summary>The organization's limits a minute: buckets never hold more. Null for a dimension without a limit.</summary>
    public required Amounts Limits { get; init; }

    /// <summary>What a limiter that never had a lease may use, a second.</summary>
    public required Share Boot { get; init; }

    /// <summary>What a limiter may use, a second, when its lease is older than twice its time to live.</summary>
    public required Share Fallback { get; init; }
}

/// <summary>An amount in each of the three dimensions; null where there is no limit.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="InputTokens">Input tokens that count: uncached ones and those written to the cache.</param>
/// <param name="OutputTokens">Output tokens.</param>
public sealed record Amounts(double? Requests, double? InputTokens, double? OutputTokens)
{
    /// <summary>No limit in any dimension.</summary>
    public static Amounts Unlimited { get; } = new(null, null, null);

    /// <summary>Nothing in every dimension.</summary>
    public static Amounts Zero { get; } = new(0, 0, 0);
}

/// <summary>A rate and the bucket that goes with it.</summary>
/// <param name="Rate">A second.</param>
/// <param name="Burst">What the bucket holds.</param>
public sealed record Share(Amounts Rate, Amounts Burst)
{
    /// <summary>Nothing.</summary>
    public static Share None { get; } = new(Amounts.Zero, Amounts.Zero);
}

/// <summary>Rules for a lane.</summary>
public sealed record LaneConfiguration
{
    /// <summary>The lane.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The share of the lease that other lanes leave to this one, in hundredths of a percent.</summary>
    public int Reserve { get; init; }

    /// <summary>The share of the lease that this lane uses at most, in hundredths of a percent.</summary>
    public int Max { get; init; } = 10_000;

    /// <summary>When the lane is open; null for always.</summary>
    public WindowConfiguration? Window { get; init; }
}

/// <summary>A time of day in a time zone; it may cross midnight.</summary>
/// <param name="StartMinute">Minutes after midnight, 0 to 1439.</param>
/// <param name="EndMinute">Minutes after midnight; smaller than the start when it crosses midnight.</param>
/// <param name="TimeZone">An IANA name such as <c>Europe/Berlin</c>.</param>
public sealed record WindowConfiguration(int StartMinute, int EndMinute, string TimeZone);

/// <summary>Budget of one user.</summary>
public sealed record PerUserConfiguration
{
    /// <summary>Requests a minute; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Nanodollars a day, UTC; null for no limit.</summary>
    public long? DailySpend { get; init; }

    /// <summary>Whether requests beyond it are refused; otherwise they are only logged and counted.</summary>
    public bool Throttle { get; init; }
}

/// <summary>What happens when a money budget is spent.</summary>
public enum OnExhausted
{
    /// <summary>Nothing at the limiter.</summary>
    Alert,

    /// <summary>Bulk requests are refused.</summary>
    ShedBulk,

    /// <summary>All requests are refused.</summary>
    Stop,
}

/// <summary>A money budget.</summary>
public sealed record SpendConfiguration
{
    /// <summary>The quota that declares it, as <c>namespace/name</c>.</summary>
    public required string Quota { get; init; }

    /// <summary>Nanodollars for a calendar month, UTC; null for no limit.</summary>
    public long? Monthly { get; init; }

    /// <summary>Nanodollars for a day, UTC; null for no limit.</summary>
    public long? Daily { get; init; }

    /// <summary>What happens when it is spent.</summary>
    public OnExhausted OnExhausted { get; init; }

    /// <summary>The exhaustion as the operator last knew it: refused until then; null while there is money.</summary>
    public DateTimeOffset? ExhaustedUntil { get; init; }
}
