using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;

namespace Operator.Evals;

/// <summary>Creates eval runs; what becomes of them is for those who run them.</summary>
internal sealed class CreatedEvalRuns(IKubernetesClient client) : IEvalRuns
{
    /// <inheritdoc />
    public async Task<string> EnsureAsync(
        ClaudeDeployment deployment, RevisionConfiguration revision, int attempt, EvalGate gate, CancellationToken cancellationToken)
    {
        var name = EvalRunName.Of(deployment.Metadata.Name!, gate.Name, revision.Revision, attempt);
        // The result of an external gate is somebody else's to make, together with the run.
        if (gate.External is not null) return name;
        var run = new ClaudeEvalRun
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = deployment.Metadata.NamespaceProperty,
                OwnerReferences = [LimiterConfigMap.Owner(deployment)],
                Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [Labels.Deployment] = deployment.Metadata.Name!,
                    [Labels.Revision] = EvalRunName.Short(revision.Revision),
                    [Labels.Gate] = gate.Name,
                },
            },
            Spec = new ClaudeEvalRunSpec
            {
                DeploymentRef = new DeploymentReference { Name = deployment.Metadata.Name! }, Revision = revision.Revision, Gate = gate.Name, Attempt = attempt,
            },
        };
        try
        {
            await client.CreateAsync(run, null, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Asked for before.
        }
        return name;
    }

    /// <inheritdoc />
    public Task CancelOthersAsync(ClaudeDeployment deployment, string? revision, int attempt, CancellationToken cancellationToken) => Task.CompletedTask;
}
