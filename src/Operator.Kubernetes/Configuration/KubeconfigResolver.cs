using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Configuration;

/// <summary>Turns one context of a kubeconfig into a configuration.</summary>
internal static class KubeconfigResolver
{
    public static KubernetesClientConfiguration Resolve(Kubeconfig kubeconfig, KubeconfigOptions options)
    {
        var name = options.Context ?? kubeconfig.CurrentContext ?? throw new KubernetesConfigurationException(
            $"kubeconfig {kubeconfig.Files}: current-context is not set; set it, or name one of the contexts: "
            + (kubeconfig.Contexts.Count == 0 ? "there are none" : string.Join(", ", kubeconfig.Contexts)));
        var context = kubeconfig.Context(name, options.Context is null ? "from current-context" : "asked for by name");
        var cluster = kubeconfig.Cluster(context, "cluster");
        var server = Server(cluster);
        var (authorities, authorityOrigin) = Authorities(cluster);
        var skip = cluster.Flag("insecure-skip-tls-verify");
        if (skip && authorities is not null)
        {
            throw cluster.Fault("insecure-skip-tls-verify",
                "cannot be true together with a certificate authority; remove one of them");
        }
        // A context without a user is anonymous, as for kubectl.
        var user = context.Text("user") is null ? (ConfigNode?)null : kubeconfig.User(context, "user");
        return new KubernetesClientConfiguration
        {
            Server = server,
            ServerOrigin = cluster.Where("server"),
            Namespace = context.Text("namespace"),
            Context = name,
            CertificateAuthorities = authorities,
            CertificateAuthorityOrigin = authorityOrigin,
            SkipTlsVerify = skip,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = Proxy(cluster),
            Credentials = user is { } node
                ? KubeconfigCredentials.Create(node, cluster, options)
                : KubernetesCredentials.Anonymous,
            Impersonation = user is { } from ? Impersonation(from) : null,
        };
    }

    private static Uri Server(ConfigNode cluster)
    {
        var text = cluster.Text("server") ?? throw cluster.Fault("server", "is missing");
        // kubectl takes an address without a scheme for plain HTTP.
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw cluster.Fault("server", $"'{text}' is not an http or https address");
        if (server.UserInfo.Length > 0 || server.Query.Length > 0 || server.Fragment.Length > 0)
            throw cluster.Fault("server", "may not contain user information, a query or a fragment");
        return server;
    }

    private static Uri? Proxy(ConfigNode cluster)
    {
        if (cluster.Text("proxy-url") is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw cluster.Fault("proxy-url", $"'{text}' is not an http, https or socks5 address");
    }

    private static (X509Certificate2Collection? Authorities, string? Origin) Authorities(ConfigNode cluster)
    {
        if (cluster.DataOrFile("certificate-authority-data", "certificate-authority") is not var (bytes, field)) return (null, null);
        try
        {
            return (PemCertificates.Authorities(bytes), cluster.Where(field));
        }
        catch (CryptographicException error)
        {
            throw cluster.Fault(field, $"is not a certificate: {error.Message}", error);
        }
    }

    private static Impersonation? Impersonation(ConfigNode user)
    {
        var name = user.Text("as");
        var groups = user.Texts("as-groups");
        var uid = user.Text("as-uid");
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (user.Child("as-user-extra") is { } node)
            foreach (var (key, _) in node.Json) extra[key] = node.Texts(key);
        if (name is not null) return new Impersonation(name, groups, uid, extra);
        return groups.Count == 0 && uid is null && extra.Count == 0
            ? null
            : throw user.Fault("as", "is missing: groups, a UID or extra fields need a user to impersonate");
    }
}
