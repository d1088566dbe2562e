using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Evals.Providers;

/// <summary>Makes a Job of a CronJob's template. Pure.</summary>
internal static class CronJobTemplate
{
    /// <summary>How long a Job may take whose template does not say so.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromHours(2);

    /// <summary>The Job: the template as it is, told what it evaluates.</summary>
    /// <param name="request">What is to be evaluated.</param>
    /// <param name="cronJob">The CronJob.</param>
    /// <param name="options">What the administrator decides.</param>
    /// <returns>Null when the CronJob has no template of a pod.</returns>
    public static V1Job? Render(EvalRequest request, V1CronJob cronJob, EvalOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(cronJob);
        ArgumentNullException.ThrowIfNull(options);
        if (cronJob.Spec.JobTemplate is not { Spec.Template.Spec.Containers.Count: > 0 } template) return null;
        var spec = KubernetesJson.BuiltIn.Deserialize<V1JobSpec>(KubernetesJson.BuiltIn.Serialize(template.Spec!));
        spec.Selector = null;
        spec.ManualSelector = null;
        spec.Suspend = null;
        spec.ActiveDeadlineSeconds ??= (long)DefaultDeadline.TotalSeconds;
        spec.TtlSecondsAfterFinished ??= (int)options.JobRetention.TotalSeconds;
        var about = JobOwner.Labels(request);
        var labels = new Dictionary<string, string>(template.Metadata?.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, value) in about) labels[name] = value;
        labels[Labels.ManagedBy] = Labels.ManagedByValue;
        var metadata = JobOwner.Metadata(request.Run, labels);
        metadata.Annotations = template.Metadata?.Annotations is { } annotations ? new Dictionary<string, string>(annotations, StringComparer.Ordinal) : null;

        var pod = spec.Template!;
        pod.Metadata ??= new V1ObjectMeta();
        pod.Metadata.Labels = new Dictionary<string, string>(pod.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, value) in about) pod.Metadata.Labels[name] = value;
        pod.Metadata.Annotations = new Dictionary<string, string>(pod.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [InjectionMarks.Deployments] = request.Deployment.Metadata.Name!,
        };
        foreach (var container in pod.Spec!.Containers!.Concat(pod.Spec.InitContainers ?? [])) container.Env = Environment(container.Env, request);
        return new V1Job { ApiVersion = "batch/v1", Kind = "Job", Metadata = metadata, Spec = spec };
    }

    private static List<V1EnvVar> Environment(IList<V1EnvVar>? present, EvalRequest request)
    {
        V1EnvVar[] added =
        [
            new() { Name = "CLAUDE_DEPLOYMENT", Value = request.Deployment.Metadata.Name },
            new() { Name = "CLAUDE_REVISION", Value = request.Revision.Revision },
            new() { Name = "CLAUDE_GATE", Value = request.Gate.Name },
            new() { Name = "CLAUDE_ATTEMPT", Value = (request.Run.Spec.Attempt ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture) },
            new() { Name = "CLAUDE_EVAL_RUN", Value = request.Name },
        ];
        return [.. (present ?? []).Where(e => added.All(a => a.Name != e.Name)), .. added];
    }
}
