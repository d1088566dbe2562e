using Operator.Api;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Tests.Injection;

/// <summary>A namespace <c>team-a</c> with deployments and quotas, and pods in it.</summary>
internal sealed class InjectionFixture
{
    public const string Namespace = "team-a";

    public InjectionOptions Options { get; } = new()
    {
        Image = "registry.example/claude-limiter@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        OperatorAddress = new Uri("https://claude-operator-limiters.claude-operator-system.svc:9444"),
    };

    public List<ClaudeDeployment> Deployments { get; } = [];

    public Dictionary<ObjectKey, ClaudeQuota> Quotas { get; } = [];

    public static InjectionFixture Usual()
    {
        var fixture = new InjectionFixture();
        fixture.AddQuota(Namespace, "support-tools", secret: "claude-api-key");
        fixture.Deployments.Add(Deployment("triage"));
        return fixture;
    }

    public ClaudeQuota AddQuota(string @namespace, string name, string? secret = null, (string Namespace, string Name)? parent = null, params string[] allowed)
    {
        var quota = new ClaudeQuota
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace },
            Spec = new ClaudeQuotaSpec
            {
                CredentialsRef = secret is null ? null : new CredentialsReference { SecretName = secret },
                ParentRef = parent is { } above ? new QuotaReference { Name = above.Name, NamespaceProperty = above.Namespace } : null,
                AllowedNamespaces = allowed.Length > 0 ? [.. allowed] : null,
            },
        };
        Quotas[new ObjectKey(@namespace, name)] = quota;
        return quota;
    }

    public static ClaudeDeployment Deployment(string name, string quota = "support-tools", params (string Key, string Value)[] selector) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Namespace },
        Spec = new ClaudeDeploymentSpec
        {
            Model = "claude-sonnet-5-5",
            QuotaRef = new QuotaReference { Name = quota },
            WorkloadSelector = selector.Length > 0 ? new WorkloadSelector { MatchLabels = selector.ToDictionary(p => p.Key, p => p.Value) } : null,
        },
    };

    public static V1Pod Pod(params (string Key, string Value)[] labels) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new V1ObjectMeta { Name = "app", NamespaceProperty = Namespace, Labels = labels.ToDictionary(p => p.Key, p => p.Value) },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "registry.example/app:1" }] },
    };

    public static V1Pod LabelledPod() => Pod((Labels.Inject, "true"));

    public InjectionResult Inject(V1Pod pod, string @namespace = Namespace) =>
        PodInjection.Inject(pod, Options, @namespace, Deployments, key => Quotas.GetValueOrDefault(key));
}
