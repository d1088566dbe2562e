using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Limiter.Rewriting;
using Operator.Limiter.Variants;

namespace Operator.Limiter.Forwarding;

/// <summary>A request that was understood: whose it is and who shall answer it.</summary>
internal sealed record MessageCall
{
    public required ServedDeployment Deployment { get; init; }

    /// <summary>The revision; null for a request that passes as it is.</summary>
    public required ServedRevision? Revision { get; init; }

    public required MessageScan Scan { get; init; }

    public required byte[] Body { get; init; }

    public required Lane Lane { get; init; }

    public required UInt128? User { get; init; }

    public required bool CountOnly { get; init; }

    public required bool Rehomed { get; init; }

    /// <summary>The models that may answer, in their order.</summary>
    public required IReadOnlyList<MessageTarget> Targets { get; init; }

    public required PromptEstimator Estimator { get; init; }
}

/// <summary>A model that may answer.</summary>
/// <param name="Model">The model.</param>
/// <param name="IsFallback">Whether it is not the revision's own.</param>
/// <param name="Group">Its gate; null where tokens are only counted.</param>
internal sealed record MessageTarget(ModelConfiguration Model, bool IsFallback, GroupLimiter? Group);
