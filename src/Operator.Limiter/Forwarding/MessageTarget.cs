using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Limiter.Rewriting;
using Operator.Limiter.Usage;
using Operator.Limiter.Variants;

namespace Operator.Limiter.Forwarding;

/// <summary>A request that was understood: whose it is and who shall answer it.</summary>
internal sealed record MessageCall
{
    private byte[]? _body;
    private MessageScan? _scan;

    public required ServedDeployment Deployment { get; init; }

    /// <summary>The revision; null for a request that passes as it is.</summary>
    public required ServedRevision? Revision { get; init; }

    /// <summary>What was found in the body, until <see cref="Release"/>.</summary>
    /// <exception cref="InvalidOperationException">It was released.</exception>
    public required MessageScan Scan
    {
        get => _scan ?? throw new InvalidOperationException("What was found in the body of a call that has its answer is not kept.");
        init => (_scan, MaxTokens) = (value, value.MaxTokens);
    }

    /// <summary>The body's <c>max_tokens</c>; it stays known. Null when it is missing or no whole number.</summary>
    public long? MaxTokens { get; private init; }

    /// <summary>The request's body, until <see cref="Release"/>.</summary>
    /// <exception cref="InvalidOperationException">It was released.</exception>
    public required byte[] Body
    {
        get => _body ?? throw new InvalidOperationException("The body of a call that has its answer is not kept.");
        init => (_body, BodyLength) = (value, value.Length);
    }

    /// <summary>The body's length in bytes; it stays known.</summary>
    public int BodyLength { get; private init; }

    public required Lane Lane { get; init; }

    public required UInt128? User { get; init; }

    public required bool CountOnly { get; init; }

    public required bool Rehomed { get; init; }

    /// <summary>The models that may answer, in their order.</summary>
    public required IReadOnlyList<MessageTarget> Targets { get; init; }

    public required PromptEstimator Estimator { get; init; }

    /// <summary>What the answer of the first target is expected to cost, in nanodollars.</summary>
    public long ExpectedCost
    {
        get
        {
            if (CountOnly) return 0;
            var tokens = Estimator.Estimate(BodyLength, Revision?.Configuration.MaxTokens ?? MaxTokens);
            return new TokenUsage { Input = (long)tokens.Input, Output = (long)tokens.Output }.Cost(Targets[0].Model);
        }
    }

    /// <summary>Lets go of the body and of what was found in it.</summary>
    public void Release() => (_body, _scan) = (null, null);
}

/// <summary>A model that may answer.</summary>
/// <param name="Model">The model.</param>
/// <param name="IsFallback">Whether it is not the revision's own.</param>
/// <param name="Group">Its gate; null where tokens are only counted.</param>
internal sealed record MessageTarget(ModelConfiguration Model, bool IsFallback, GroupLimiter? Group);
