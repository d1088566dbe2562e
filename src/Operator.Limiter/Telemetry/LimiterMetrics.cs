using Operator.Contract;
using Operator.Limiter.Channel;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Telemetry;

/// <summary>Everything that is counted, but for the histograms of latency.</summary>
internal static class LimiterMetrics
{
    /// <summary>Of calls.</summary>
    public static IReadOnlyList<MetricFamily> Calls { get; } =
    [
        Counter("requests_received_total", "Requests that arrived.", s => s.Counts.Received),
        new("claude_limiter_requests_total", MetricKind.Counter, "Requests that ended.",
            s => s.State.Counts.Ended.Select(e => new MetricValue(e.Value, ("outcome", $"{e.Key.Outcome}"), ("reason", e.Key.Reason)))),
        Counter("retries_total", "Attempts beyond the first.", s => s.Counts.Retries),
        Counter("user_over_budget_total", "Requests of users beyond a budget that only warns.", s => s.Counts.UsersOverBudget),
        new("claude_limiter_flag_evaluations_total", MetricKind.Counter, "Evaluations of flags.",
            s => s.State.Counts.FlagEvaluations.Select(e => new MetricValue(e.Value, ("result", e.Key)))),
        Counter("log_lines_lost_total", "Lines of the call log that nobody took.", s => s.Log.Lost),
    ];

    /// <summary>Of revisions.</summary>
    public static IReadOnlyList<MetricFamily> Revisions { get; } =
    [
        Revision("requests", "Requests that ended.", m => m.Requests),
        Revision("errors", "Requests that failed by the revision's fault.", m => m.Errors),
        Revision("throttled", "Requests that the API's limits or overload ended.", m => m.Throttled),
        Revision("truncations", "Answers cut at the token limit.", m => m.Truncations),
        Revision("refusals", "Answers that the model refused.", m => m.Refusals),
        Revision("input_tokens", "Uncached input tokens.", m => m.InputTokens),
        Revision("cache_write_tokens", "Tokens written to the cache.", m => m.CacheWriteTokens),
        Revision("cache_read_tokens", "Tokens read from the cache.", m => m.CacheReadTokens),
        Revision("output_tokens", "Output tokens.", m => m.OutputTokens),
        Revision("cost_dollars", "Money spent.", m => m.Cost / 1e9),
    ];

    /// <summary>Of the gates to the models.</summary>
    public static IReadOnlyList<MetricFamily> Gates { get; } =
    [
        Lanes("lane_waiting", "Requests that wait.", (g, lane) => g.Queue(lane).Waiting),
        Lanes("lane_queue_age_seconds", "Age of the oldest request that waits.", (g, lane) => g.Queue(lane).Oldest.TotalSeconds),
        Gauge("share_per_second", "What may be used a second; missing where there is no limit.",
            s => s.Shares.SelectMany(e => Dimensions(e.Gate, e.Rate))),
        Gauge("bucket_level", "What the buckets hold; below zero for what is owed.", s => s.Shares.SelectMany(e => Dimensions(e.Gate, e.Level))),
        Gauge("share_source", "1 for where the share in force comes from.",
            s => s.Shares.Select(e => new MetricValue(1, ("quota", e.Gate.Quota), ("group", e.Gate.Group), ("source", $"{e.Source}")))),
        Gauge("lease_age_seconds", "Age of the lease; missing without one.", s =>
            from gate in s.State.Groups
            let age = s.State.Leases.Age(gate.Quota, gate.Group)
            where age is not null
            select new MetricValue(age.Value.TotalSeconds, ("quota", gate.Quota), ("group", gate.Group))),
    ];

    /// <summary>Of configurations.</summary>
    public static IReadOnlyList<MetricFamily> Configurations { get; } =
    [
        Deployments("configuration_generation", "Generation in force.", d => d.Generation),
        Deployments("canary_weight", "Share of the canary, 0 to 1.", d => d.CanaryWeight / 10_000.0),
        Gauge("configurations_refused", "Configurations that are refused now.", s => [new(s.State.Configuration.Current.Refused.Count)]),
    ];

    /// <summary>Of the channel to the operator; for limiters that have one.</summary>
    public static IReadOnlyList<MetricFamily> Operator { get; } =
    [
        Gauge("operator_streaming", "Whether the operator's configurations are followed: 1 or 0.", s => [new(s.State.Channel.Streaming ? 1 : 0)]),
        new("claude_limiter_reports_total", MetricKind.Counter, "Reports to the operator.", s => Reports(s.State.Channel)),
        Counter("leases_refused_total", "Leases that were not taken.", s => s.Channel.RefusedLeases),
        Gauge("operator_silence_seconds", "Time since the operator's last answer; missing before the first.",
            s => s.State.Channel.SinceContact is { } silence ? [new(silence.TotalSeconds)] : []),
    ];

    /// <summary>All that a limiter has.</summary>
    /// <param name="withOperator">Whether it has a channel to the operator.</param>
    public static IEnumerable<MetricFamily> All(bool withOperator) =>
        [.. Calls, .. Revisions, .. Gates, .. Configurations, .. withOperator ? Operator : []];

    private static MetricFamily Counter(string name, string help, Func<Hosting.LimiterState, double> value) =>
        new($"claude_limiter_{name}", MetricKind.Counter, help, s => [new(value(s.State))]);

    private static MetricFamily Gauge(string name, string help, Func<MetricScrape, IEnumerable<MetricValue>> read) =>
        new($"claude_limiter_{name}", MetricKind.Gauge, help, read);

    private static MetricFamily Revision(string name, string help, Func<RevisionMeasurement, double> value) =>
        new($"claude_limiter_revision_{name}_total", MetricKind.Counter, help,
            s => s.Revisions.Select(m => new MetricValue(value(m), ("deployment", m.Deployment), ("revision", m.Revision))));

    private static MetricFamily Lanes(string name, string help, Func<Limiter.Lanes.GroupLimiter, Lane, double> value) => Gauge(name, help, s =>
        from gate in s.State.Groups
        from lane in Enum.GetValues<Lane>()
        select new MetricValue(value(gate, lane), ("quota", gate.Quota), ("group", gate.Group), ("lane", $"{lane}")));

    private static MetricFamily Deployments(string name, string help, Func<DeploymentConfiguration, double> value) =>
        Gauge(name, help, s => s.State.Configuration.Current.Deployments.Select(d => new MetricValue(value(d.Configuration), ("deployment", d.Key))));

    private static IEnumerable<MetricValue> Dimensions(Limiter.Lanes.GroupLimiter gate, Tokens value)
    {
        foreach (var (dimension, amount) in new[] { ("requests", value.Requests), ("input_tokens", value.Input), ("output_tokens", value.Output) })
        {
            if (double.IsFinite(amount)) yield return new(amount, ("quota", gate.Quota), ("group", gate.Group), ("dimension", dimension));
        }
    }

    private static IEnumerable<MetricValue> Reports(ChannelStatus channel) =>
    [
        new(channel.Answered, ("result", "answered")), new(channel.Failed, ("result", "failed")), new(channel.Followers, ("result", "follower")),
    ];
}
