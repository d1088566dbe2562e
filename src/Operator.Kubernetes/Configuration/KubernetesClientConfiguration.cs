using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Configuration;

/// <summary>Which cluster to talk to, whom to trust there and who is asking.</summary>
public sealed partial record KubernetesClientConfiguration
{
    /// <summary>The address of the API server, with an optional base path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Where the address comes from, for error messages.</summary>
    public string ServerOrigin { get; init; } = "the program's own configuration";

    /// <summary>The namespace to use where a caller names none; null when the configuration names none.</summary>
    public string? Namespace { get; init; }

    /// <summary>The kubeconfig context; null for other sources.</summary>
    public string? Context { get; init; }

    /// <summary>Certificates that may sign the server's; null trusts what the machine trusts.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>Where the certificates come from, for error messages.</summary>
    public string? CertificateAuthorityOrigin { get; init; }

    /// <summary>Accepts any server certificate: for experiments only.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name that the server's certificate must be for; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>A proxy (http, https or socks5) in front of the server; null for what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Who is asking.</summary>
    public KubernetesCredentials Credentials { get; init; } = KubernetesCredentials.Anonymous;

    /// <summary>Somebody else as whom to ask; null for nobody.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>The address as a base for relative paths.</summary>
    internal Uri BaseAddress => Server.AbsoluteUri.EndsWith('/') ? Server : new Uri(Server.AbsoluteUri + "/");
}
