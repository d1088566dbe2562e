using System.Globalization;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Channel;
using Operator.Limiter.Hosting;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Telemetry;

/// <summary>Everything that is measured, in Prometheus's text form.</summary>
internal static class MetricsText
{
    /// <summary>Writes all metrics.</summary>
    public static string Write(LimiterState state)
    {
        var text = new StringBuilder(8 * 1024);
        Head(text, "claude_limiter_requests_received_total", "counter", "Requests that arrived.");
        Line(text, "claude_limiter_requests_received_total", "", state.Counts.Received);
        Head(text, "claude_limiter_requests_total", "counter", "Requests that ended.");
        foreach (var ((outcome, reason), count) in state.Counts.Ended)
        {
            Line(text, "claude_limiter_requests_total", $"outcome=\"{outcome}\",reason=\"{Escape(reason)}\"", count);
        }
        Head(text, "claude_limiter_retries_total", "counter", "Attempts beyond the first.");
        Line(text, "claude_limiter_retries_total", "", state.Counts.Retries);
        Head(text, "claude_limiter_user_over_budget_total", "counter", "Requests of users beyond a budget that only warns.");
        Line(text, "claude_limiter_user_over_budget_total", "", state.Counts.UsersOverBudget);
        Head(text, "claude_limiter_flag_evaluations_total", "counter", "Evaluations of flags.");
        foreach (var (result, count) in state.Counts.FlagEvaluations) Line(text, "claude_limiter_flag_evaluations_total", $"result=\"{result}\"", count);
        Head(text, "claude_limiter_log_lines_lost_total", "counter", "Lines of the call log that nobody took.");
        Line(text, "claude_limiter_log_lines_lost_total", "", state.Log.Lost);
        Revisions(text, state.Meters.Read());
        Groups(text, state);
        Configurations(text, state);
        if (state.Options.Operator is not null) Channel(text, state.Channel);
        return text.ToString();
    }

    private static void Revisions(StringBuilder text, IReadOnlyList<RevisionMeasurement> measurements)
    {
        (string Name, string Help, Func<RevisionMeasurement, double> Value)[] counters =
        [
            ("requests", "Requests that ended.", m => m.Requests),
            ("errors", "Requests that failed by the revision's fault.", m => m.Errors),
            ("throttled", "Requests that the API's limits or overload ended.", m => m.Throttled),
            ("truncations", "Answers cut at the token limit.", m => m.Truncations),
            ("refusals", "Answers that the model refused.", m => m.Refusals),
            ("input_tokens", "Uncached input tokens.", m => m.InputTokens),
            ("cache_write_tokens", "Tokens written to the cache.", m => m.CacheWriteTokens),
            ("cache_read_tokens", "Tokens read from the cache.", m => m.CacheReadTokens),
            ("output_tokens", "Output tokens.", m => m.OutputTokens),
            ("cost_dollars", "Money spent.", m => m.Cost / 1e9),
        ];
        foreach (var (name, help, value) in counters)
        {
            Head(text, $"claude_limiter_revision_{name}_total", "counter", help);
            foreach (var m in measurements) Line(text, $"claude_limiter_revision_{name}_total", Labels(m), value(m));
        }
        foreach (var (name, help, of) in new (string, string, Func<RevisionMeasurement, LatencyHistogram>)[]
        {
            ("latency", "Time to the end of the answer.", m => m.Latency), ("first_token", "Time to the first token.", m => m.FirstToken),
        })
        {
            Head(text, $"claude_limiter_revision_{name}_seconds", "histogram", help + " The sum is exact to a tenth.");
            foreach (var m in measurements) Histogram(text, $"claude_limiter_revision_{name}_seconds", Labels(m), of(m));
        }
    }

    /// <summary>Every eighth bucket of what is measured: their bounds stand a factor of about two apart, from 2 ms to some hours.</summary>
    private static void Histogram(StringBuilder text, string name, string labels, LatencyHistogram histogram)
    {
        const int Every = 8;
        var (count, sum) = (0L, 0.0);
        for (var i = 0; i < histogram.Counts.Count; i++)
        {
            count += histogram.Counts[i];
            var bound = LatencyHistogram.UpperBoundOf(i);
            // What lies above all bounds counts with the highest.
            sum += histogram.Counts[i] * LatencyHistogram.UpperBoundOf(Math.Min(i, LatencyHistogram.BucketCount - 2)).TotalSeconds;
            if (i % Every == Every - 1 && bound != TimeSpan.MaxValue) Line(text, name + "_bucket", $"{labels},le=\"{bound.TotalSeconds.ToString("R", CultureInfo.InvariantCulture)}\"", count);
        }
        Line(text, name + "_bucket", $"{labels},le=\"+Inf\"", count);
        Line(text, name + "_sum", labels, sum);
        Line(text, name + "_count", labels, count);
    }

    private static void Groups(StringBuilder text, LimiterState state)
    {
        Head(text, "claude_limiter_lane_waiting", "gauge", "Requests that wait.");
        foreach (var group in state.Groups)
        {
            foreach (var lane in Enum.GetValues<Lane>()) Line(text, "claude_limiter_lane_waiting", Labels(group.Quota, group.Group, lane), group.Queue(lane).Waiting);
        }
        Head(text, "claude_limiter_lane_queue_age_seconds", "gauge", "Age of the oldest request that waits.");
        foreach (var group in state.Groups)
        {
            foreach (var lane in Enum.GetValues<Lane>())
            {
                Line(text, "claude_limiter_lane_queue_age_seconds", Labels(group.Quota, group.Group, lane), group.Queue(lane).Oldest.TotalSeconds);
            }
        }
        var inForce = state.Groups.Select(g => (Labels: $"quota=\"{Escape(g.Quota)}\",group=\"{Escape(g.Group)}\"", g.InForce)).ToList();
        Head(text, "claude_limiter_share_per_second", "gauge", "What may be used a second; missing where there is no limit.");
        foreach (var (labels, share) in inForce) Dimensions(text, "claude_limiter_share_per_second", labels, share.Rate);
        Head(text, "claude_limiter_bucket_level", "gauge", "What the buckets hold; below zero for what is owed.");
        foreach (var (labels, share) in inForce) Dimensions(text, "claude_limiter_bucket_level", labels, share.Level);
        Head(text, "claude_limiter_share_source", "gauge", "1 for where the share in force comes from.");
        foreach (var (labels, share) in inForce) Line(text, "claude_limiter_share_source", $"{labels},source=\"{share.Source}\"", 1);
        Head(text, "claude_limiter_lease_age_seconds", "gauge", "Age of the lease; missing without one.");
        foreach (var group in state.Groups)
        {
            if (state.Leases.Age(group.Quota, group.Group) is { } age)
            {
                Line(text, "claude_limiter_lease_age_seconds", $"quota=\"{Escape(group.Quota)}\",group=\"{Escape(group.Group)}\"", age.TotalSeconds);
            }
        }
    }

    private static void Dimensions(StringBuilder text, string name, string labels, Tokens value)
    {
        foreach (var (dimension, amount) in new[] { ("requests", value.Requests), ("input_tokens", value.Input), ("output_tokens", value.Output) })
        {
            if (double.IsFinite(amount)) Line(text, name, $"{labels},dimension=\"{dimension}\"", amount);
        }
    }

    private static void Configurations(StringBuilder text, LimiterState state)
    {
        var snapshot = state.Configuration.Current;
        Head(text, "claude_limiter_configuration_generation", "gauge", "Generation in force.");
        foreach (var d in snapshot.Deployments) Line(text, "claude_limiter_configuration_generation", $"deployment=\"{Escape(d.Key)}\"", d.Configuration.Generation);
        Head(text, "claude_limiter_canary_weight", "gauge", "Share of the canary, 0 to 1.");
        foreach (var d in snapshot.Deployments) Line(text, "claude_limiter_canary_weight", $"deployment=\"{Escape(d.Key)}\"", d.Configuration.CanaryWeight / 10_000.0);
        Head(text, "claude_limiter_configurations_refused", "gauge", "Configurations that are refused now.");
        Line(text, "claude_limiter_configurations_refused", "", snapshot.Refused.Count);
    }

    private static void Channel(StringBuilder text, ChannelStatus channel)
    {
        Head(text, "claude_limiter_operator_streaming", "gauge", "Whether the operator's configurations are followed: 1 or 0.");
        Line(text, "claude_limiter_operator_streaming", "", channel.Streaming ? 1 : 0);
        Head(text, "claude_limiter_reports_total", "counter", "Reports to the operator.");
        Line(text, "claude_limiter_reports_total", "result=\"answered\"", channel.Answered);
        Line(text, "claude_limiter_reports_total", "result=\"failed\"", channel.Failed);
        Line(text, "claude_limiter_reports_total", "result=\"follower\"", channel.Followers);
        Head(text, "claude_limiter_leases_refused_total", "counter", "Leases that were not taken.");
        Line(text, "claude_limiter_leases_refused_total", "", channel.RefusedLeases);
        Head(text, "claude_limiter_operator_silence_seconds", "gauge", "Time since the operator's last answer; missing before the first.");
        if (channel.SinceContact is { } silence) Line(text, "claude_limiter_operator_silence_seconds", "", silence.TotalSeconds);
    }

    private static string Labels(RevisionMeasurement m) => $"deployment=\"{Escape(m.Deployment)}\",revision=\"{Escape(m.Revision)}\"";

    private static string Labels(string quota, string group, Lane lane) => $"quota=\"{Escape(quota)}\",group=\"{Escape(group)}\",lane=\"{lane}\"";

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
