using System.Globalization;
using Operator.Contract;
using Operator.Limiter.Retrying;

namespace Operator.Limiter.Telemetry;

/// <summary>What the API said of its limits since the last report: the newest headers of each group, and every event. Bounded.</summary>
internal sealed class UpstreamSignals(TimeProvider time)
{
    private const int MaxEvents = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Quota, string Group), UpstreamSignal> _headers = [];
    private readonly Queue<UpstreamSignal> _events = new();

    /// <summary>Raised, outside of locks, when the API refused for its limits: others should hear of it at once.</summary>
    public event Action? Refused;

    /// <summary>Notes an answer.</summary>
    public void Note(string quota, string group, HttpResponseMessage response, UpstreamVerdict verdict, TimeSpan? retryAfter, string? errorCode)
    {
        var signal = new UpstreamSignal
        {
            Kind = verdict switch
            {
                UpstreamVerdict.RateLimited => UpstreamSignalKind.RateLimited,
                UpstreamVerdict.RampLimited => UpstreamSignalKind.RampLimited,
                UpstreamVerdict.SpendLimited => UpstreamSignalKind.SpendLimited,
                UpstreamVerdict.Overloaded => UpstreamSignalKind.Overloaded,
                _ => UpstreamSignalKind.Headers,
            },
            Quota = quota,
            Group = group,
            At = time.GetUtcNow(),
            Limits = Amounts(response, "limit"),
            Remaining = Amounts(response, "remaining"),
            RetryAfter = retryAfter,
            ErrorCode = errorCode,
        };
        if (signal.Kind == UpstreamSignalKind.Headers && signal.Limits is null && signal.Remaining is null) return;
        lock (_gate)
        {
            if (signal.Kind == UpstreamSignalKind.Headers)
            {
                _headers[(quota, group)] = signal;
                return;
            }
            if (_events.Count == MaxEvents) _events.Dequeue();
            _events.Enqueue(signal);
        }
        if (signal.Kind != UpstreamSignalKind.Overloaded) Refused?.Invoke();
    }

    /// <summary>Takes all out.</summary>
    public IReadOnlyList<UpstreamSignal> Drain()
    {
        lock (_gate)
        {
            UpstreamSignal[] all = [.. _events, .. _headers.Values];
            _events.Clear();
            _headers.Clear();
            return all;
        }
    }

    private static Amounts? Amounts(HttpResponseMessage response, string what)
    {
        var requests = Number(response, $"anthropic-ratelimit-requests-{what}");
        var input = Number(response, $"anthropic-ratelimit-input-tokens-{what}");
        var output = Number(response, $"anthropic-ratelimit-output-tokens-{what}");
        return requests is null && input is null && output is null ? null : new Amounts(requests, input, output);
    }

    private static double? Number(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var value)
        && double.TryParse(value.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : null;
}
