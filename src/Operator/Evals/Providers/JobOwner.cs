using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts;

namespace Operator.Evals.Providers;

/// <summary>What every Job of a run carries, so that it is found, belongs to the run and goes with it.</summary>
internal static class JobOwner
{
    private const int LongestLabel = 63;

    /// <summary>The Job's name, owner and labels.</summary>
    public static V1ObjectMeta Metadata(ClaudeEvalRun run, IDictionary<string, string> labels) => new()
    {
        Name = run.Metadata.Name,
        NamespaceProperty = run.Metadata.NamespaceProperty,
        Labels = labels,
        OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = ApiGroup.Name + "/" + ApiGroup.Version,
                Kind = "ClaudeEvalRun",
                Name = run.Metadata.Name,
                Uid = run.Metadata.Uid,
                Controller = true,
                BlockOwnerDeletion = true,
            },
        ],
    };

    /// <summary>Labels that tell what a run, a Job or a pod is about. Names longer than a label may be are left out.</summary>
    public static Dictionary<string, string> Labels(EvalRequest request) =>
        Labels(request.Deployment.Metadata.Name!, request.Gate.Name, request.Revision.Revision);

    /// <summary>The same from its parts.</summary>
    public static Dictionary<string, string> Labels(string deployment, string gate, string revision)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Api.Labels.Gate] = gate,
            [Api.Labels.Revision] = RolloutPolicy.Short(revision),
        };
        if (deployment.Length <= LongestLabel) labels[Api.Labels.Deployment] = deployment;
        return labels;
    }

    /// <summary>Whether a Job belongs to a run.</summary>
    public static bool IsOwned(V1Job job, ClaudeEvalRun run) =>
        job.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == run.Metadata.Uid) == true;
}
