using Operator.Contract;

namespace Operator.Quotas.Allocation;

/// <summary>
/// What the API's answers teach about one model group of an organization. A 429 freezes the group for as long as the API asks and
/// takes a tenth of the capacity, which comes back by a hundredth each five seconds; a reached spend limit stops it until the next
/// month; headers tell the limits, and how much others use. Overload (529) changes nothing. Immutable.
/// </summary>
internal sealed record CapacityFeedback
{
    private const double Shrink = 0.9;
    private const double Recovery = 0.01;
    private const double LeastFactor = 0.1;

    /// <summary>Of a comparison in the mean of them.</summary>
    private const double Weight = 0.3;

    /// <summary>The part of our own use that a count of it may be wrong by.</summary>
    private const double Imprecision = 0.05;
    private static readonly TimeSpan RecoveryStep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestSpan = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestSpan = TimeSpan.FromSeconds(60);

    /// <summary>Figures for tokens are rounded to thousands; requests are whole.</summary>
    private static readonly ResourceVector Rounding = new(1, 1000, 1000);

    /// <summary>Nothing was learned yet.</summary>
    public static CapacityFeedback None { get; } = new();

    /// <summary>Limits a minute from headers; null while none were seen.</summary>
    public Amounts? Limits { get; init; }

    /// <summary>What a 429 left of the capacity, 0 to 1, at <see cref="ShrunkAt"/>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>When the last freeze ends: the factor recovers from then on.</summary>
    public DateTimeOffset ShrunkAt { get; init; }

    /// <summary>Nothing may be sent before; null while the group is open.</summary>
    public DateTimeOffset? FrozenUntil { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? FrozenBecause { get; init; }

    /// <summary>Until when a spend limit stops the group; null when none does.</summary>
    public DateTimeOffset? SpendExhaustedUntil { get; init; }

    /// <summary>What others use a second, as far as <c>remaining</c> shows it.</summary>
    public ResourceVector Others { get; private init; }

    /// <summary>
    /// The mean of what is missing a second, less than nothing included: what a report told too late for one comparison it tells in the
    /// next, and the mean of one side alone would take such delays for others.
    /// </summary>
    private ResourceVector Missing { get; init; }

    private HeaderSnapshot? Last { get; init; }

    /// <summary>Takes a signal.</summary>
    /// <param name="signal">What the API said.</param>
    /// <param name="used">What all limiters of the organization used of the group since some fixed moment, for comparing two signals.</param>
    public CapacityFeedback Apply(UpstreamSignal signal, ResourceVector used) => signal.Kind switch
    {
        UpstreamSignalKind.RateLimited => Freeze(signal, "the API answered 429"),
        UpstreamSignalKind.RampLimited => Freeze(signal, "the API answered 429: load rose too steeply"),
        UpstreamSignalKind.SpendLimited => Exhausted(signal),
        UpstreamSignalKind.Headers => Headers(signal, used),
        _ => this,
    };

    /// <summary>The part of the capacity that may be used at a moment.</summary>
    public double FactorAt(DateTimeOffset now) =>
        Factor >= 1 || now <= ShrunkAt ? Factor : Math.Min(1, Factor + (Recovery * Math.Floor((now - ShrunkAt) / RecoveryStep)));

    /// <summary>Until when the group is frozen, and why; null when it is open.</summary>
    public (DateTimeOffset Until, string Because)? FrozenAt(DateTimeOffset now) =>
        SpendExhaustedUntil is { } spent && now < spent ? (spent, "a spend limit of the API is reached")
        : FrozenUntil is { } until && now < until ? (until, FrozenBecause ?? "")
        : null;

    /// <summary>What may be used, a second.</summary>
    /// <param name="limits">Limits a minute; those of headers are in them already.</param>
    /// <param name="safety">The part that is never handed out.</param>
    /// <param name="now">The time.</param>
    public ResourceVector Capacity(ResourceVector limits, double safety, DateTimeOffset now)
    {
        var whole = limits * ((1 - safety) / 60);
        return ((whole * FactorAt(now)) - Others).AtLeastZero().UnlimitedWhere(limits);
    }

    /// <summary>The budget was raised, or the key was changed: what stopped the group for money is asked again.</summary>
    public CapacityFeedback WithoutSpendLimit() => this with { SpendExhaustedUntil = null };

    private CapacityFeedback Freeze(UpstreamSignal signal, string because)
    {
        var pause = signal.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked : DefaultPause;
        var until = signal.At + (pause < LongestPause ? pause : LongestPause);
        // Requests that were under way when the freeze began fail too: they prolong it, but tell nothing new.
        if (FrozenUntil is { } frozen && signal.At < frozen)
            return until > frozen ? this with { FrozenUntil = until, ShrunkAt = until } : this;
        return this with
        {
            FrozenUntil = until,
            FrozenBecause = because,
            Factor = Math.Max(LeastFactor, FactorAt(signal.At) * Shrink),
            ShrunkAt = until,
        };
    }

    private CapacityFeedback Exhausted(UpstreamSignal signal)
    {
        var at = signal.At.UtcDateTime;
        var reset = new DateTimeOffset(new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1));
        return SpendExhaustedUntil >= reset ? this : this with { SpendExhaustedUntil = reset };
    }

    private CapacityFeedback Headers(UpstreamSignal signal, ResourceVector used)
    {
        var next = this with { Limits = Merge(Limits, signal.Limits) };
        if (signal.Remaining is not { } remaining || next.Limits is null) return next;
        var seen = ResourceVector.From(remaining);
        var limits = ResourceVector.From(next.Limits);
        // What a full bucket holds is not told; no more than the limit, and as much as was ever seen.
        var full = Last is { } former && former.Limits == limits ? ResourceVector.Max(former.Full, seen) : seen;
        var snapshot = new HeaderSnapshot(signal.At, seen, used, limits, full);
        if (Last is not { } last || snapshot.At - last.At > LongestSpan || snapshot.Limits != last.Limits) return next with { Last = snapshot };
        if (snapshot.At - last.At < ShortestSpan) return next with { Last = last with { Full = full } };
        var missing = ResourceVector.Of(d => Mean(Missing[d], last, snapshot, d));
        var others = ResourceVector.Of(d => IsTold(last, snapshot, d) ? missing[d] - Unsure(last, snapshot, d) : Others[d]);
        return next with { Missing = missing, Others = others.AtLeastZero(), Last = snapshot };
    }

    /// <summary>The mean of what is neither ours nor refill, a second; as it was where the dimension is not told.</summary>
    private static double Mean(double mean, HeaderSnapshot before, HeaderSnapshot after, int d)
    {
        if (!IsTold(before, after, d)) return mean;
        var expected = Math.Min(after.Full[d], before.Remaining[d] + (after.Limits[d] / 60 * Seconds(before, after)) - Own(before, after, d));
        var now = (expected - after.Remaining[d]) / Seconds(before, after);
        // No lower: others who begin are not to be hidden by what was once counted twice.
        return Math.Max(mean + (Weight * (now - mean)), -Unsure(before, after, d));
    }

    /// <summary>What rounding and the imprecision of our own count may hide, a second.</summary>
    private static double Unsure(HeaderSnapshot before, HeaderSnapshot after, int d) =>
        (Rounding[d] + (Imprecision * Own(before, after, d))) / Seconds(before, after);

    private static bool IsTold(HeaderSnapshot before, HeaderSnapshot after, int d) =>
        double.IsFinite(before.Remaining[d]) && double.IsFinite(after.Remaining[d]) && double.IsFinite(after.Limits[d]);

    private static double Own(HeaderSnapshot before, HeaderSnapshot after, int d) => Math.Max(0, after.Used[d] - before.Used[d]);

    private static double Seconds(HeaderSnapshot before, HeaderSnapshot after) => (after.At - before.At).TotalSeconds;

    private static Amounts? Merge(Amounts? known, Amounts? told) => told is null ? known : new Amounts(
        told.Requests ?? known?.Requests, told.InputTokens ?? known?.InputTokens, told.OutputTokens ?? known?.OutputTokens);

    private sealed record HeaderSnapshot(DateTimeOffset At, ResourceVector Remaining, ResourceVector Used, ResourceVector Limits, ResourceVector Full);
}
