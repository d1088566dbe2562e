using System.Collections.Immutable;
using Operator.Api;
using Operator.Contract;

namespace Operator.Evals.Providers;

/// <summary>What is to be evaluated.</summary>
internal sealed record EvalRequest
{
    /// <summary>The run; its name makes providers idempotent.</summary>
    public required ClaudeEvalRun Run { get; init; }

    /// <summary>The deployment.</summary>
    public required ClaudeDeployment Deployment { get; init; }

    /// <summary>The gate.</summary>
    public required EvalGate Gate { get; init; }

    /// <summary>The revision under test.</summary>
    public required RevisionConfiguration Revision { get; init; }

    /// <summary>The digest of the suite; null for gates without one.</summary>
    public string? SuiteDigest { get; init; }

    /// <summary>The ConfigMaps of the suite, in the order of its cases.</summary>
    public ImmutableArray<SuiteShard> SuiteShards { get; init; } = [];

    /// <summary>The name of the run.</summary>
    public string Name => Run.Metadata.Name!;

    /// <summary>The namespace of everything.</summary>
    public string Namespace => Run.Metadata.NamespaceProperty!;
}

/// <summary>A ConfigMap of a suite.</summary>
/// <param name="ConfigMap">Its name.</param>
/// <param name="Keys">Its keys that hold cases, in their order.</param>
internal sealed record SuiteShard(string ConfigMap, ImmutableArray<string> Keys);
