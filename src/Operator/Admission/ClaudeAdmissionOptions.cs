using System.Net;
using Operator.Certificates;
using Operator.Injection;

namespace Operator.Admission;

/// <summary>How the operator admits objects and injects limiters.</summary>
public sealed class ClaudeAdmissionOptions : CertificateOptions
{
    /// <summary>The port of the webhooks. Default 9443.</summary>
    public int Port { get; set; } = 9443;

    /// <summary>The address to listen on; null, the default, for all.</summary>
    public IPAddress? BindAddress { get; set; }

    /// <summary>The Service in front of the webhooks.</summary>
    public string WebhookService { get; set; } = WebhookDeclarations.DefaultService;

    /// <summary>
    /// The name of both webhook configurations; null where there are none for this operator or it may not see them, as with Roles only.
    /// It then serves admission for whoever calls, and nobody needs to be told what to trust but limiters.
    /// </summary>
    public string? WebhookConfiguration { get; set; } = WebhookDeclarations.DefaultName;

    /// <summary>What limiters are made of.</summary>
    public InjectionOptions Injection { get; } = new();

    /// <inheritdoc/>
    internal override IEnumerable<string> Services => [WebhookService, LimiterService];

    /// <inheritdoc/>
    internal override string? Webhooks => WebhookConfiguration;
}
