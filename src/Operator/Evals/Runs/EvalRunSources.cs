using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;
using Operator.Runtime.Caching;

namespace Operator.Evals.Runs;

/// <summary>What a run is about, as the API server has it.</summary>
/// <param name="client">The API server.</param>
/// <param name="informers">The cache.</param>
internal sealed class EvalRunSources(IKubernetesClient client, IInformers informers)
{
    /// <summary>The deployment of a run; null when it is gone, is being deleted, or is another one of the same name.</summary>
    public async Task<ClaudeDeployment?> DeploymentAsync(ClaudeEvalRun run, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(run.Metadata.NamespaceProperty, run.Spec.DeploymentRef.Name);
        var deployment = informers.Get<ClaudeDeployment>().Get(key)
            // A cache that lags must not cancel a run of a deployment that was just made.
            ?? await client.GetAsync<ClaudeDeployment>(key.Name, key.Namespace, cancellationToken);
        var owner = run.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true);
        return deployment is { Metadata.DeletionTimestamp: null } && (owner is null || owner.Uid == deployment.Metadata.Uid) ? deployment : null;
    }

    /// <summary>The content of the revision under test; without it, what is missing.</summary>
    public async Task<(RevisionConfiguration? Revision, string? Missing)> RevisionAsync(ClaudeEvalRun run, CancellationToken cancellationToken)
    {
        var name = RevisionConfigMap.Name(run.Spec.DeploymentRef.Name, run.Spec.Revision);
        if (await client.GetAsync<V1ConfigMap>(name, run.Metadata.NamespaceProperty, cancellationToken) is not { } map)
            return (null, $"the content of revision {RolloutPolicy.Short(run.Spec.Revision)} is not there: no ConfigMap {name}");
        var (content, problem) = RevisionConfigMap.Read(map);
        return content is null ? (null, $"ConfigMap {name}: {problem}")
            : content.Revision == run.Spec.Revision ? (content, null)
            : (null, $"ConfigMap {name} holds another revision of the same short form");
    }
}
