using Operator.Admission;

namespace Operator.Certificates;

/// <summary>Where the certificates come from that this replica serves with, and where it says what to trust of it.</summary>
public class CertificateOptions
{
    /// <summary>The operator's own namespace. Default: <c>POD_NAMESPACE</c>, or <c>claude-operator-system</c> outside of a pod.</summary>
    public string Namespace { get; set; } =
        Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } given ? given : WebhookDeclarations.DefaultNamespace;

    /// <summary>The name of this pod; null outside of the cluster. Default: <c>POD_NAME</c>.</summary>
    public string? PodName { get; set; } = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } given ? given : null;

    /// <summary>
    /// A folder with <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c> from somebody who makes certificates, such as cert-manager, and who
    /// also fills the webhook configurations; null, the default, lets the operator do both itself.
    /// </summary>
    public string? CertificateDirectory { get; set; }

    /// <summary>How the operator's own certificates live.</summary>
    public CertificateRules Certificates { get; set; } = new();

    /// <summary>The Service that limiters call.</summary>
    public string LimiterService { get; set; } = "claude-operator-limiters";

    /// <summary>The ConfigMap, in the operator's namespace, in which replicas publish what to trust of them.</summary>
    public string TrustConfigMap { get; set; } = "claude-operator-ca";

    /// <summary>The cluster's DNS domain. Default <c>cluster.local</c>.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>The Services that lead to this replica.</summary>
    internal virtual IEnumerable<string> Services => [LimiterService];

    /// <summary>The name of both webhook configurations; null where there are none.</summary>
    internal virtual string? Webhooks => null;

    /// <summary>The DNS names of the serving certificate: every Service in every form in which it is called.</summary>
    internal IReadOnlyList<string> DnsNames() =>
    [
        .. Services.Distinct(StringComparer.Ordinal).SelectMany(service => new[]
        {
            $"{service}.{Namespace}.svc", $"{service}.{Namespace}.svc.{ClusterDomain}", $"{service}.{Namespace}", service,
        }),
    ];
}
