using System.Security.Cryptography;

namespace Operator.Kubernetes.Configuration;

/// <summary>The configuration that the kubelet puts into every pod.</summary>
internal static class InClusterConfiguration
{
    /// <summary>Whether this process runs in a pod with a service account token.</summary>
    public static bool IsPresent(ConfigurationSources sources) =>
        !string.IsNullOrEmpty(sources.Environment("KUBERNETES_SERVICE_HOST"))
        && !string.IsNullOrEmpty(sources.Environment("KUBERNETES_SERVICE_PORT"))
        && File.Exists(TokenPath(sources));

    public static KubernetesClientConfiguration Load(ConfigurationSources sources, TimeProvider time)
    {
        var host = sources.Environment("KUBERNETES_SERVICE_HOST");
        var port = sources.Environment("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            throw new KubernetesConfigurationException(
                "This process does not run in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set.");
        }
        var authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        if (!Uri.TryCreate($"https://{authority}", UriKind.Absolute, out var server))
        {
            throw new KubernetesConfigurationException(
                $"KUBERNETES_SERVICE_HOST '{host}' and KUBERNETES_SERVICE_PORT '{port}' do not make an address.");
        }
        var token = TokenPath(sources);
        if (!File.Exists(token))
        {
            throw new KubernetesConfigurationException(
                $"The service account token '{token}' does not exist. Is automountServiceAccountToken turned off for this pod?");
        }
        var authorityFile = Path.Combine(sources.ServiceAccount, "ca.crt");
        return new KubernetesClientConfiguration
        {
            Server = server,
            ServerOrigin = "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT of this pod",
            Namespace = ReadNamespace(Path.Combine(sources.ServiceAccount, "namespace")),
            CertificateAuthorities = ReadAuthorities(authorityFile),
            CertificateAuthorityOrigin = $"'{authorityFile}'",
            Credentials = new TokenFileCredentials(token, $"the service account token in '{token}'", null, time),
        };
    }

    private static string TokenPath(ConfigurationSources sources) => Path.Combine(sources.ServiceAccount, "token");

    private static System.Security.Cryptography.X509Certificates.X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            return PemCertificates.Authorities(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KubernetesConfigurationException($"The certificate authority '{path}' cannot be used: {error.Message}", error);
        }
    }

    private static string? ReadNamespace(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } space ? space : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"The namespace file '{path}' cannot be read: {error.Message}", error);
        }
    }
}
