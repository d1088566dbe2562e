using Operator.Api;
using Operator.Contract;

namespace Operator.Evals;

/// <summary>Eval runs as a rollout asks for them.</summary>
internal interface IEvalRuns
{
    /// <summary>
    /// Makes sure that the run of a gate exists. Idempotent by name: an attempt has one run a gate, and it is never made anew. The
    /// limiters should hold the revision (as standby at least) before, since runs call it by its id.
    /// </summary>
    /// <param name="deployment">The deployment as the API server has it.</param>
    /// <param name="revision">The revision under test.</param>
    /// <param name="attempt">How often the revision was tried before, from 0.</param>
    /// <param name="gate">The gate, without validation errors.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The name of the run.</returns>
    /// <exception cref="Operator.Kubernetes.KubernetesException">The API server refused it.</exception>
    Task<string> EnsureAsync(
        ClaudeDeployment deployment, RevisionConfiguration revision, int attempt, EvalGate gate, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for the cancellation of the deployment's unfinished runs that nobody needs any more: all but those of
    /// <paramref name="revision"/> at <paramref name="attempt"/>, and the runs of stable that these are compared with.
    /// </summary>
    /// <param name="deployment">The deployment as the API server has it.</param>
    /// <param name="revision">The revision that is being rolled out; null when none is.</param>
    /// <param name="attempt">Its attempt.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CancelOthersAsync(ClaudeDeployment deployment, string? revision, int attempt, CancellationToken cancellationToken);
}
