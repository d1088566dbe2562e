using System.Security.Cryptography;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Caching;

namespace Operator.Injection;

/// <summary>
/// Puts a limiter into a pod. Pure, never throws for any pod, and repeatable: an injected pod is stripped and rendered again, so the
/// second time changes nothing, and a sidecar that somebody wrote by hand under our annotation does not survive.
/// </summary>
public static class PodInjection
{
    // An annotation is for people, who read the beginning.
    private const int LongestMessage = 1024;

    /// <summary>Decides about a new pod.</summary>
    /// <param name="pod">The pod as it was sent; it is not changed.</param>
    /// <param name="options">What limiters are made of.</param>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="deployments">The ClaudeDeployments of that namespace.</param>
    /// <param name="quotas">Finds a ClaudeQuota by namespace and name.</param>
    public static InjectionResult Inject(
        V1Pod pod, InjectionOptions options, string @namespace, IReadOnlyCollection<ClaudeDeployment> deployments,
        Func<ObjectKey, ClaudeQuota?> quotas)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(deployments);
        ArgumentNullException.ThrowIfNull(quotas);
        if (options.ExcludedNamespaces.Contains(@namespace))
            return InjectionResult.NotRequested("NamespaceExcluded", $"pods of the namespace {@namespace} never get a limiter");

        var living = deployments.Where(d => d.Metadata.DeletionTimestamp is null).ToList();
        if (!PodDeployments.AreRequested(pod, living))
            return InjectionResult.NotRequested("NotRequested", $"neither the label {Labels.Inject} nor a workloadSelector asks for a limiter");

        var changed = Stripped(pod);
        if (PodObstacle.In(changed.Spec, options) is { } obstacle) return InjectionResult.Refused(obstacle.Reason, obstacle.Message);

        var wanted = PodDeployments.Of(pod, living, out var missing);
        var warnings = missing.Take(PodDeployments.Most)
            .Select(name => $"there is no ClaudeDeployment {name} in {@namespace}; create it, then restart the pod").ToList();
        if (wanted.Count > PodDeployments.Most)
        {
            return InjectionResult.Refused(
                "TooManyDeployments", $"{wanted.Count} ClaudeDeployments are for this pod, and a limiter takes {PodDeployments.Most}; "
                + $"name the right ones in the annotation {InjectionMarks.Deployments}");
        }

        var keys = Keys(wanted, @namespace, quotas, warnings, out var first);
        if (keys.Count == 0)
        {
            return first is { } refusal
                ? InjectionResult.Refused(refusal.Reason, refusal.Message, warnings)
                : InjectionResult.Refused(
                    "DeploymentMissing", $"there is no ClaudeDeployment for this pod in {@namespace}; create it, then restart the pod", warnings);
        }

        if (changed.Spec.ShareProcessNamespace == true)
            warnings.Add("the pod has spec.shareProcessNamespace: containers that run as root or as the limiter's user can read the limiter's API key");
        Render(changed, options, keys, warnings);
        return InjectionResult.Injected(changed, warnings);
    }

    /// <summary>The message as it is written into the annotation of a refused pod.</summary>
    internal static string Annotation(InjectionResult result)
    {
        var text = $"{result.Reason}: {result.Message}";
        return text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage - 1), "…");
    }

    private static List<(string Deployment, string SecretName, string SecretKey)> Keys(
        IReadOnlyList<ClaudeDeployment> deployments, string @namespace, Func<ObjectKey, ClaudeQuota?> quotas, List<string> warnings,
        out (string Reason, string Message)? first)
    {
        first = null;
        var keys = new List<(string, string, string)>();
        foreach (var deployment in deployments)
        {
            var name = deployment.Metadata.Name!;
            var credentials = CredentialLookup.Find(@namespace, deployment.Spec?.QuotaRef, quotas);
            if (credentials.Secret is { } secret)
            {
                keys.Add((name, secret.SecretName, secret.Key is { Length: > 0 } key ? key : "api-key"));
                continue;
            }

            var message = $"ClaudeDeployment {name} cannot be served by the limiter of this pod: {credentials.Message}";
            first ??= (credentials.Reason!, message);
            warnings.Add(message);
        }

        return keys;
    }

    private static void Render(
        V1Pod pod, InjectionOptions options, IReadOnlyList<(string, string, string)> keys, List<string> warnings)
    {
        var container = LimiterContainer.Of(options);
        var volume = LimiterVolume.Of(keys, options);
        foreach (var app in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers ?? []))
        {
            if (app is not null) AppEnvironment.Set(app, options.ListenPort, warnings);
        }

        // First, so that everything after it can already call the API.
        pod.Spec.InitContainers = [container, .. pod.Spec.InitContainers ?? []];
        pod.Spec.Volumes = [.. pod.Spec.Volumes ?? [], volume];
        pod.Metadata.Annotations = With(pod.Metadata.Annotations, InjectionMarks.Injected, Digest(container, volume));
        pod.Metadata.Labels = With(pod.Metadata.Labels, InjectionMarks.Limiter, InjectionMarks.LimiterValue);
    }

    /// <summary>A copy without what a former injection put in. A pod that was never injected is only copied.</summary>
    private static V1Pod Stripped(V1Pod pod)
    {
        var copy = KubernetesJson.BuiltIn.FromNode<V1Pod>(KubernetesJson.BuiltIn.ToNode(pod));
        copy.Metadata ??= new V1ObjectMeta();
        copy.Spec ??= new V1PodSpec();
        if (copy.Metadata.Annotations is { } annotations)
        {
            annotations.Remove(InjectionMarks.Refused);
            if (annotations.Remove(InjectionMarks.Injected))
            {
                copy.Spec.InitContainers = Without(copy.Spec.InitContainers, container => container?.Name == LimiterPod.ContainerName);
                copy.Spec.Volumes = Without(copy.Spec.Volumes, volume => volume?.Name == LimiterVolume.Name);
            }
        }

        return copy;
    }

    private static List<T>? Without<T>(IList<T>? list, Predicate<T> excluded) => list is null ? null : [.. list.Where(item => !excluded(item))];

    private static Dictionary<string, string> With(IDictionary<string, string>? pairs, string name, string value)
    {
        var copy = pairs is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new(pairs, StringComparer.Ordinal);
        copy[name] = value;
        return copy;
    }

    private static string Digest(V1Container container, V1Volume volume)
    {
        var rendered = new V1Pod { Spec = new V1PodSpec { InitContainers = [container], Volumes = [volume] } };
        return Convert.ToHexStringLower(SHA256.HashData(KubernetesJson.BuiltIn.Serialize(rendered)))[..16];
    }
}
