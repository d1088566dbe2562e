using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Revisions;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;

namespace Operator.Rollouts;

/// <summary>The informers that rollouts read: prompts and children by their labels, so that other ConfigMaps stay out of memory.</summary>
internal sealed class RolloutCaches
{
    private const string ByPrompt = "prompt";
    private const string ByDeployment = "deployment";
    private readonly IInformer<V1ConfigMap> _prompts;
    private readonly IInformer<V1ConfigMap> _children;
    private readonly IInformer<ClaudeEvalRun> _runs;

    public RolloutCaches(IInformers informers, OperatorSettings settings)
    {
        _prompts = informers.Get<V1ConfigMap>(Prompts(settings));
        _prompts.AddIndex(ByPrompt, m => PromptResolver.IndexOf(m) is { } value ? [value] : []);
        _children = informers.Get<V1ConfigMap>(Children(settings));
        _children.AddIndex(ByDeployment, m => m.Metadata.Labels is { } labels && labels.TryGetValue(Labels.Deployment, out var name)
            ? [m.Metadata.NamespaceProperty + "/" + name]
            : []);
        _runs = informers.Get<ClaudeEvalRun>();
        _runs.AddIndex("rollout", r => [r.Metadata.NamespaceProperty + "/" + r.Spec.DeploymentRef.Name]);
    }

    /// <summary>The ConfigMaps with prompts.</summary>
    public static InformerScope Prompts(OperatorSettings settings) => new() { Namespace = settings.Namespace, LabelSelector = Labels.Prompt };

    /// <summary>The ConfigMaps of deployments.</summary>
    public static InformerScope Children(OperatorSettings settings) => new() { Namespace = settings.Namespace, LabelSelector = Labels.Deployment };

    /// <summary>The ConfigMaps that carry a prompt version's labels.</summary>
    public IReadOnlyList<V1ConfigMap> PromptsOf(string @namespace, PromptReference reference) =>
        _prompts.ByIndex(ByPrompt, PromptResolver.Index(@namespace, reference.Name, reference.Version));

    /// <summary>The ConfigMaps that a deployment controls.</summary>
    public IEnumerable<V1ConfigMap> ChildrenOf(ClaudeDeployment deployment) => _children
        .ByIndex(ByDeployment, deployment.Metadata.NamespaceProperty + "/" + deployment.Metadata.Name)
        .Where(m => m.Metadata.DeletionTimestamp is null
            && m.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == deployment.Metadata.Uid) == true);

    /// <summary>The ConfigMap of a name, if it carries the label of children.</summary>
    public V1ConfigMap? Child(ObjectKey key) => _children.Get(key);

    /// <summary>The eval runs that name a deployment.</summary>
    public IReadOnlyList<ClaudeEvalRun> RunsOf(ObjectKey deployment) => _runs.ByIndex("rollout", deployment.ToString());
}
