using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Operator.Kubernetes.Configuration;

namespace Operator.Kubernetes;

/// <summary>Builds the TLS settings of a connection from a configuration.</summary>
internal static class TlsOptions
{
    /// <summary>The settings: which server certificates are trusted, and the client's own certificate.</summary>
    public static SslClientAuthenticationOptions Create(
        KubernetesClientConfiguration configuration, SslStreamCertificateContext? certificate)
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = certificate };
        if (configuration.SkipTlsVerify)
        {
            // The user asked for it by insecure-skip-tls-verify.
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (configuration.CertificateAuthorities is { Count: > 0 } authorities)
        {
            options.CertificateChainPolicy = Policy(authorities);
            if (authorities.Any(a => !IsSelfIssued(a)))
                options.RemoteCertificateValidationCallback = (_, remote, chain, errors) => IsTrusted(remote, chain, errors, authorities);
        }
        return options;
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(authorities);
        return policy;
    }

    /// <summary>
    /// A configured authority is trusted even where it is an intermediate one: the platform asks for a self-signed root, Kubernetes
    /// clients do not.
    /// </summary>
    private static bool IsTrusted(X509Certificate? remote, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || remote is null || chain is null) return false;
        foreach (var element in chain.ChainElements)
        {
            var serious = element.ChainElementStatus.Any(s => (s.Status & ~(X509ChainStatusFlags.PartialChain
                | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NoError)) != 0);
            if (serious) return false;
            if (authorities.Any(a => a.RawData.AsSpan().SequenceEqual(element.Certificate.RawData))) return true;
        }
        return false;
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
