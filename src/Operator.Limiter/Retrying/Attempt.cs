using Operator.Limiter.Lanes;
using Operator.Limiter.Refusals;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Retrying;

/// <summary>One try to get an answer.</summary>
internal sealed class Attempt : IDisposable
{
    /// <summary>What it came to.</summary>
    public required UpstreamVerdict Verdict { get; init; }

    /// <summary>The answer; null when there is none.</summary>
    public HttpResponseMessage? Response { get; init; }

    /// <summary>An error's body, at most <see cref="MaxErrorBody"/> bytes; null for answers to pass on.</summary>
    public byte[]? ErrorBody { get; init; }

    /// <summary>What an error told.</summary>
    public AnswerFacts? Facts { get; init; }

    /// <summary>What the API asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the API asked not to retry.</summary>
    public bool Final { get; init; }

    /// <summary>The limiter's own refusal.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>What it holds in the buckets; null for what draws on none.</summary>
    public Hold? Hold { get; init; }

    /// <summary>The largest error body that is kept.</summary>
    public const int MaxErrorBody = 1024 * 1024;

    public void Dispose() => Response?.Dispose();
}
