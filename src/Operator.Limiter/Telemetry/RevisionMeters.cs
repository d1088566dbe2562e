using System.Collections.Concurrent;
using Operator.Contract;

namespace Operator.Limiter.Telemetry;

/// <summary>Cumulative measurements of revisions since the start. Safe for several threads.</summary>
internal sealed class RevisionMeters
{
    private const int MaxRevisions = 1_000;

    private readonly ConcurrentDictionary<(string Deployment, string Revision), Meter> _meters = new();

    /// <summary>Told, with deployment and revision, of each call whose latency is measured; null where nobody listens.</summary>
    public Action<string, string, CallRecord>? Measured { get; set; }

    /// <summary>All measurements.</summary>
    public IReadOnlyList<RevisionMeasurement> Read() => [.. _meters.Select(m => m.Value.Read(m.Key.Deployment, m.Key.Revision))];

    /// <summary>Counts a call that ended.</summary>
    /// <param name="deployment">The deployment, as <c>namespace/name</c>.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="call">The call.</param>
    /// <param name="throttled">Whether the API's limits or overload ended it, or another model had to answer.</param>
    /// <param name="error">Whether it failed by the revision's fault.</param>
    /// <param name="rules">What is counted beside.</param>
    public void Count(string deployment, string revision, CallRecord call, bool throttled, bool error, MeasurementConfiguration rules)
    {
        if (!_meters.TryGetValue((deployment, revision), out var meter))
        {
            if (_meters.Count >= MaxRevisions) return;
            meter = _meters.GetOrAdd((deployment, revision), static _ => new Meter());
        }
        meter.Count(call, throttled, error, rules);
        if (!throttled && call.Outcome == CallOutcome.Forwarded) Measured?.Invoke(deployment, revision, call);
    }

    private sealed class Meter
    {
        private readonly Lock _gate = new();
        private readonly long[] _latency = new long[LatencyHistogram.BucketCount];
        private readonly long[] _first = new long[LatencyHistogram.BucketCount];
        private long[] _aboveLatency = [];
        private long[] _aboveFirst = [];
        private long _requests, _errors, _throttled, _truncations, _refusals, _input, _write, _read, _output, _cost;
        private double _share, _shareSquared, _outputSquared, _costSquared;

        public void Count(CallRecord call, bool throttled, bool error, MeasurementConfiguration rules)
        {
            lock (_gate)
            {
                if (throttled)
                {
                    _throttled++;
                    return;
                }
                _requests++;
                if (error) _errors++;
                if (call.Facts.StopReason == "max_tokens") _truncations++;
                if (call.Facts.StopReason == "refusal") _refusals++;
                ref var usage = ref call.Facts.Usage;
                (_input, _write, _read, _output) = (_input + usage.Input, _write + usage.CacheWrite, _read + usage.CacheRead, _output + usage.Output);
                _share += usage.CachedShare;
                _shareSquared += usage.CachedShare * usage.CachedShare;
                var output = (double)Math.Min(usage.Output, 1_000_000);
                _outputSquared += output * output;
                var cost = Math.Min(call.Cost, rules.CostCap);
                _cost += cost;
                _costSquared += cost / 1e9 * (cost / 1e9);
                if (call.Outcome != CallOutcome.Forwarded) return;
                _latency[LatencyHistogram.BucketOf(call.Latency)]++;
                Above(ref _aboveLatency, rules.LatencyBounds, call.Latency);
                if (call.FirstToken is not { } first) return;
                _first[LatencyHistogram.BucketOf(first)]++;
                Above(ref _aboveFirst, rules.FirstTokenBounds, first);
            }
        }

        public RevisionMeasurement Read(string deployment, string revision)
        {
            lock (_gate)
            {
                return new RevisionMeasurement
                {
                    Deployment = deployment,
                    Revision = revision,
                    Requests = _requests,
                    Errors = _errors,
                    Throttled = _throttled,
                    Truncations = _truncations,
                    Refusals = _refusals,
                    InputTokens = _input,
                    CacheWriteTokens = _write,
                    CacheReadTokens = _read,
                    CachedShare = _share,
                    CachedShareSquared = _shareSquared,
                    OutputTokens = _output,
                    OutputTokensSquared = _outputSquared,
                    Cost = _cost,
                    CostSquared = _costSquared,
                    Latency = new LatencyHistogram { Counts = Trimmed(_latency) },
                    FirstToken = new LatencyHistogram { Counts = Trimmed(_first) },
                    AboveLatencyBounds = [.. _aboveLatency],
                    AboveFirstTokenBounds = [.. _aboveFirst],
                };
            }
        }

        private static long[] Trimmed(long[] counts) => counts[..(Array.FindLastIndex(counts, c => c != 0) + 1)];

        private static void Above(ref long[] above, IReadOnlyList<long> bounds, TimeSpan value)
        {
            if (above.Length != bounds.Count) above = new long[bounds.Count];
            for (var i = 0; i < bounds.Count; i++)
            {
                if (value.TotalMilliseconds > bounds[i]) above[i]++;
            }
        }
    }
}
