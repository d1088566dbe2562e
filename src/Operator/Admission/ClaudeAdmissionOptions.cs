using System.Net;
using Operator.Certificates;
using Operator.Injection;

namespace Operator.Admission;

/// <summary>How the operator admits objects and injects limiters.</summary>
public sealed class ClaudeAdmissionOptions
{
    /// <summary>The operator's own namespace. Default: <c>POD_NAMESPACE</c>, or <c>claude-operator-system</c> outside of a pod.</summary>
    public string Namespace { get; set; } =
        Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } given ? given : WebhookDeclarations.DefaultNamespace;

    /// <summary>The name of this pod; null outside of the cluster. Default: <c>POD_NAME</c>.</summary>
    public string? PodName { get; set; } = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } given ? given : null;

    /// <summary>The port of the webhooks. Default 9443.</summary>
    public int Port { get; set; } = 9443;

    /// <summary>The address to listen on; null, the default, for all.</summary>
    public IPAddress? BindAddress { get; set; }

    /// <summary>
    /// A folder with <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c> from somebody who makes certificates, such as cert-manager, and who
    /// also fills the webhook configurations; null, the default, lets the operator do both itself.
    /// </summary>
    public string? CertificateDirectory { get; set; }

    /// <summary>How the operator's own certificates live.</summary>
    public CertificateRules Certificates { get; set; } = new();

    /// <summary>The Service in front of the webhooks.</summary>
    public string WebhookService { get; set; } = WebhookDeclarations.DefaultService;

    /// <summary>The Service that limiters call.</summary>
    public string LimiterService { get; set; } = "claude-operator-limiters";

    /// <summary>
    /// The name of both webhook configurations; null where there are none for this operator or it may not see them, as with Roles only.
    /// It then serves admission for whoever calls, and nobody needs to be told what to trust but limiters.
    /// </summary>
    public string? WebhookConfiguration { get; set; } = WebhookDeclarations.DefaultName;

    /// <summary>The ConfigMap, in the operator's namespace, in which replicas publish what to trust of them.</summary>
    public string TrustConfigMap { get; set; } = "claude-operator-ca";

    /// <summary>The cluster's DNS domain. Default <c>cluster.local</c>.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>What limiters are made of.</summary>
    public InjectionOptions Injection { get; } = new();

    /// <summary>The DNS names of the serving certificate: both Services in every form in which they are called.</summary>
    internal IReadOnlyList<string> DnsNames() =>
    [
        .. new[] { WebhookService, LimiterService }.Distinct(StringComparer.Ordinal).SelectMany(service => new[]
        {
            $"{service}.{Namespace}.svc", $"{service}.{Namespace}.svc.{ClusterDomain}", $"{service}.{Namespace}", service,
        }),
    ];
}
