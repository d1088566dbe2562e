using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Faults;

/// <summary>When a fault happens and to whom. All conditions must hold.</summary>
/// <param name="Kind">What goes wrong.</param>
public sealed record FaultRule(FaultKind Kind)
{
    /// <summary>How likely a matching request is hit, 0 to 1. Drawn from the seed and the number of matching requests so far.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How many requests are hit at most; null is no bound.</summary>
    public int? Times { get; init; }

    /// <summary>How many matching requests pass first.</summary>
    public int Skip { get; init; }

    /// <summary>Only from this time on (UTC).</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only before this time (UTC).</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only this endpoint.</summary>
    public MockEndpoint? Endpoint { get; init; } = MockEndpoint.Messages;

    /// <summary>Only this model, by its pinned id.</summary>
    public string? Model { get; init; }

    /// <summary>Only this key, by its name.</summary>
    public string? Key { get; init; }

    /// <summary>Only requests with this marker header.</summary>
    public string? Marker { get; init; }

    /// <summary>Only streams (true) or only plain requests (false).</summary>
    public bool? Stream { get; init; }

    /// <summary>The pause of the slow kinds.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many events precede the break.</summary>
    public int Events { get; init; } = 3;

    /// <summary>Seconds in <c>retry-after</c> of the kinds that send one; 0 or more.</summary>
    public int RetryAfter { get; init; } = 1;
}
