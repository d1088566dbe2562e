using Operator.Contract;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Rewriting;

/// <summary>What is to stand in a body when it is sent.</summary>
internal readonly record struct BodyPlan
{
    /// <summary>The revision whose parameters and prompt hold; null for a request that passes as it is.</summary>
    public ServedRevision? Revision { get; init; }

    /// <summary>The model to send to, where it is not the revision's own: a fallback. Its rules decide what must go.</summary>
    public ModelConfiguration? Fallback { get; init; }

    /// <summary>Whether the API shall drop thinking blocks of another revision instead of refusing the request.</summary>
    public bool DropForeignThinking { get; init; }

    /// <summary>Whether tokens are only counted: no token limit belongs there.</summary>
    public bool CountOnly { get; init; }
}
