using Operator.Api;

namespace Operator.Quotas;

/// <summary>A limit a minute and where it comes from.</summary>
/// <param name="Value">The limit a minute.</param>
/// <param name="Source">Where it comes from.</param>
public readonly record struct Limit(double Value, LimitOrigin Source);

/// <summary>What a quota may use of one model group.</summary>
public sealed record GroupLimits
{
    /// <summary>The group.</summary>
    public required string Group { get; init; }

    /// <summary>Requests a minute; null for no limit.</summary>
    public Limit? Requests { get; init; }

    /// <summary>Input tokens a minute; null for no limit.</summary>
    public Limit? InputTokens { get; init; }

    /// <summary>Output tokens a minute; null for no limit.</summary>
    public Limit? OutputTokens { get; init; }

    /// <summary>What is always there when it is asked for, a minute: never more than the limits.</summary>
    public ResourceVector Guarantee { get; init; }

    /// <summary>The limits a minute.</summary>
    public ResourceVector PerMinute => ResourceVector.Of(d => this[d]?.Value ?? double.PositiveInfinity);

    /// <summary>Whether any dimension has a limit.</summary>
    public bool HasLimits => Requests is not null || InputTokens is not null || OutputTokens is not null;

    /// <summary>The limit of a dimension: 0 requests, 1 input tokens, 2 output tokens.</summary>
    public Limit? this[int dimension] => dimension switch { 0 => Requests, 1 => InputTokens, _ => OutputTokens };
}
