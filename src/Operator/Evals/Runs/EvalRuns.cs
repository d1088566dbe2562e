using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Contract;
using Operator.Evals.Providers;
using Operator.Evals.Suites;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Evals.Runs;

/// <summary>Creates and cancels eval runs at the API server.</summary>
/// <param name="client">The API server.</param>
/// <param name="informers">The cache.</param>
/// <param name="suites">Reads suites, for their digests.</param>
internal sealed class EvalRuns(IKubernetesClient client, IInformers informers, SuiteLoader suites) : IEvalRuns
{
    private readonly IInformer<ClaudeEvalRun> _runs = informers.Get<ClaudeEvalRun>();

    /// <inheritdoc />
    public async Task<string> EnsureAsync(
        ClaudeDeployment deployment, RevisionConfiguration revision, int attempt, EvalGate gate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(revision);
        ArgumentNullException.ThrowIfNull(gate);
        var name = EvalRunName.Of(deployment.Metadata.Name!, gate.Name, revision.Revision, attempt);
        if (_runs.Get(new ObjectKey(deployment.Metadata.NamespaceProperty, name)) is not null) return name;
        // A suite with errors has no digest yet; the run tells the errors, and takes the digest when they are mended.
        var digest = gate.Suite is { } suite
            ? (await suites.LoadAsync(deployment.Metadata.NamespaceProperty!, suite.ConfigMap, cancellationToken)).Reading.Suite?.Digest
            : null;
        await CreateAsync(client, Render(deployment, name, revision.Revision, gate.Name, attempt, digest), cancellationToken);
        return name;
    }

    /// <inheritdoc />
    public async Task CancelOthersAsync(ClaudeDeployment deployment, string? revision, int attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        foreach (var run in _runs.List(deployment.Metadata.NamespaceProperty).Where(r => IsUnneeded(r, deployment, revision, attempt)))
        {
            var patch = KubernetesPatch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.CancelEval] = "the rollout no longer needs it" } },
            });
            try
            {
                await client.PatchAsync<ClaudeEvalRun>(
                    run.Metadata.Name!, run.Metadata.NamespaceProperty, patch, new PatchOptions { FieldManager = EvalJobs.FieldManager }, cancellationToken);
            }
            catch (KubernetesException exception) when (exception.IsObjectNotFound)
            {
                // Gone already: nothing is left to cancel.
            }
        }
    }

    /// <summary>Creates a run, unless there is one of that name.</summary>
    internal static async Task CreateAsync(IKubernetesClient client, ClaudeEvalRun run, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(run, new WriteOptions { FieldManager = EvalJobs.FieldManager }, cancellationToken);
        }
        catch (KubernetesException exception) when (exception.IsAlreadyExists)
        {
            // Made by a call before this one. What it says is checked where it is read.
        }
    }

    /// <summary>Renders a run. Pure.</summary>
    internal static ClaudeEvalRun Render(ClaudeDeployment deployment, string name, string revision, string gate, int? attempt, string? digest)
    {
        var labels = JobOwner.Labels(deployment.Metadata.Name!, gate, revision);
        labels[Labels.ManagedBy] = Labels.ManagedByValue;
        if (attempt is null) labels[Labels.Baseline] = "true";
        return new ClaudeEvalRun
        {
            ApiVersion = ApiGroup.Name + "/" + ApiGroup.Version,
            Kind = "ClaudeEvalRun",
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = deployment.Metadata.NamespaceProperty,
                Labels = labels,
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = ApiGroup.Name + "/" + ApiGroup.Version,
                        Kind = "ClaudeDeployment",
                        Name = deployment.Metadata.Name,
                        Uid = deployment.Metadata.Uid,
                        Controller = true,
                        BlockOwnerDeletion = true,
                    },
                ],
            },
            Spec = new ClaudeEvalRunSpec
            {
                DeploymentRef = new DeploymentReference { Name = deployment.Metadata.Name! },
                Revision = revision,
                Gate = gate,
                SuiteDigest = digest,
                Attempt = attempt,
            },
        };
    }

    private static bool IsUnneeded(ClaudeEvalRun run, ClaudeDeployment deployment, string? revision, int attempt) =>
        run.Unreadable is null
        && run.Status.Phase is not (EvalPhase.Completed or EvalPhase.Cancelled)
        && run.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == deployment.Metadata.Uid) == true
        && run.Metadata.Annotations?.ContainsKey(Annotations.CancelEval) != true
        && (EvalBaseline.Is(run)
            ? revision is null
            : run.Spec.Revision != revision || (run.Spec.Attempt ?? 0) != attempt);
}
