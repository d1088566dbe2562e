using Operator.Api;
using Operator.Kubernetes.Models;

namespace Operator.Injection;

/// <summary>Which ClaudeDeployments a pod is for.</summary>
internal static class PodDeployments
{
    /// <summary>The most deployments of one pod: a limiter holds them all in memory.</summary>
    public const int Most = 32;

    /// <summary>Whether the pod, or a deployment on its behalf, asks for a limiter.</summary>
    public static bool AreRequested(V1Pod pod, IEnumerable<ClaudeDeployment> deployments) => Label(pod) switch
    {
        "true" => true,
        // Anything else on the pod itself is a no: it is nearer to the pod than any selector.
        not null => false,
        null => deployments.Any(deployment => Selects(deployment, pod)),
    };

    /// <summary>The deployments, by name.</summary>
    /// <param name="pod">A pod that asks for a limiter.</param>
    /// <param name="deployments">The deployments of its namespace.</param>
    /// <param name="missing">Names that the pod asks for and that do not exist.</param>
    public static IReadOnlyList<ClaudeDeployment> Of(
        V1Pod pod, IReadOnlyCollection<ClaudeDeployment> deployments, out IReadOnlyList<string> missing)
    {
        missing = [];
        IEnumerable<ClaudeDeployment> chosen;
        if (pod.Metadata?.Annotations is { } annotations && annotations.TryGetValue(InjectionMarks.Deployments, out var list)
            && !string.IsNullOrWhiteSpace(list))
        {
            var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .ToHashSet(StringComparer.Ordinal);
            chosen = deployments.Where(d => names.Contains(d.Metadata.Name ?? ""));
            missing = [.. names.Except(deployments.Select(d => d.Metadata.Name ?? ""), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }
        else
        {
            var selecting = deployments.Where(d => Selects(d, pod)).ToList();
            chosen = selecting.Count > 0 ? selecting : deployments;
        }

        return [.. chosen.Where(d => !string.IsNullOrEmpty(d.Metadata.Name)).OrderBy(d => d.Metadata.Name, StringComparer.Ordinal)];
    }

    private static string? Label(V1Pod pod) =>
        pod.Metadata?.Labels is { } labels && labels.TryGetValue(Labels.Inject, out var value) ? value : null;

    private static bool Selects(ClaudeDeployment deployment, V1Pod pod) =>
        deployment.Spec?.WorkloadSelector?.MatchLabels is { Count: > 0 } wanted
        && pod.Metadata?.Labels is { } labels
        && wanted.All(pair => labels.TryGetValue(pair.Key, out var value) && value == (pair.Value ?? ""));
}
