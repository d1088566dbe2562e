using System.Globalization;
using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Revisions;

namespace Operator.Evals.Providers;

/// <summary>Renders the Job of the built-in runner. Pure.</summary>
internal static class EvalJob
{
    /// <summary>The name of the runner's container.</summary>
    public const string Container = "eval";

    private const string SuiteMount = "/suite";
    private const string RevisionMount = "/revision";
    private const long User = 65532;
    // Time for the pod to be placed and for its limiter to start, and for the result to be written.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(10);

    /// <summary>The Job.</summary>
    /// <param name="request">What is to be evaluated, with its suite.</param>
    /// <param name="options">What the administrator decides.</param>
    public static V1Job Render(EvalRequest request, EvalOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        var labels = Labels(request);
        // The tool itself sends the prompt where it is not injected; here the runner does so in its place.
        var sendsPrompt = request.Deployment.Spec.Prompt.Delivery == PromptDelivery.Flag;
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = JobOwner.Metadata(request.Run, labels),
            Spec = new V1JobSpec
            {
                BackoffLimit = options.JobRetries,
                Completions = 1,
                Parallelism = 1,
                ActiveDeadlineSeconds = (long)((options.RunDeadline * (options.JobRetries + 1)) + Reserve).TotalSeconds,
                TtlSecondsAfterFinished = (int)options.JobRetention.TotalSeconds,
                PodReplacementPolicy = "Failed",
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = new Dictionary<string, string>(labels, StringComparer.Ordinal) { [Api.Labels.Inject] = "true" },
                        Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            [InjectionMarks.Deployments] = request.Deployment.Metadata.Name!,
                            ["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false",
                        },
                    },
                    Spec = Pod(request, options, sendsPrompt),
                },
            },
        };
    }

    private static Dictionary<string, string> Labels(EvalRequest request)
    {
        var labels = JobOwner.Labels(request);
        labels[Api.Labels.ManagedBy] = Api.Labels.ManagedByValue;
        return labels;
    }

    private static V1PodSpec Pod(EvalRequest request, EvalOptions options, bool sendsPrompt) => new()
    {
        RestartPolicy = "Never",
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        SecurityContext = new V1PodSecurityContext
        {
            RunAsNonRoot = true,
            RunAsUser = User,
            RunAsGroup = User,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        Containers =
        [
            new V1Container
            {
                Name = Container,
                Image = options.Image,
                Args = [.. Arguments(request, options, sendsPrompt)],
                TerminationMessagePolicy = "File",
                SecurityContext = new V1SecurityContext
                {
                    AllowPrivilegeEscalation = false,
                    ReadOnlyRootFilesystem = true,
                    Capabilities = new V1Capabilities { Drop = ["ALL"] },
                },
                Resources = new V1ResourceRequirements
                {
                    Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("50m"), ["memory"] = new("64Mi") },
                    Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("256Mi") },
                },
                VolumeMounts =
                [
                    new V1VolumeMount { Name = "suite", MountPath = SuiteMount, ReadOnly = true },
                    .. sendsPrompt ? [new V1VolumeMount { Name = "revision", MountPath = RevisionMount, ReadOnly = true }] : (V1VolumeMount[])[],
                ],
            },
        ],
        Volumes =
        [
            new V1Volume
            {
                Name = "suite",
                Projected = new V1ProjectedVolumeSource
                {
                    Sources = [.. request.SuiteShards.Select((shard, index) => new V1VolumeProjection { ConfigMap = Shard(shard, index) })],
                },
            },
            .. sendsPrompt
                ? [new V1Volume
                {
                    Name = "revision",
                    ConfigMap = new V1ConfigMapVolumeSource { Name = RevisionConfigMap.Name(request.Deployment.Metadata.Name!, request.Revision.Revision) },
                }]
                : (V1Volume[])[],
        ],
    };

    // A folder for each shard keeps the order of the cases, whatever the keys are called.
    private static V1ConfigMapProjection Shard(SuiteShard shard, int index) => new()
    {
        Name = shard.ConfigMap,
        Items = [.. shard.Keys.Select(key => new V1KeyToPath { Key = key, Path = string.Create(CultureInfo.InvariantCulture, $"{index:D3}/{key}") })],
    };

    private static string[] Arguments(EvalRequest request, EvalOptions options, bool sendsPrompt)
    {
        string[] arguments =
        [
            "eval",
            "--suite", SuiteMount,
            "--deployment", request.Deployment.Metadata.Name!,
            "--revision", request.Revision.Revision,
            "--model", request.Revision.Model,
            "--digest", request.SuiteDigest!,
            "--concurrency", options.Concurrency.ToString(CultureInfo.InvariantCulture),
            "--deadline", ((long)options.RunDeadline.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        ];
        return sendsPrompt ? [.. arguments, "--revision-file", RevisionMount + "/" + RevisionConfigMap.Key] : arguments;
    }
}
