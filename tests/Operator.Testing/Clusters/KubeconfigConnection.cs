using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using YamlDotNet.RepresentationModel;

namespace Operator.Testing.Clusters;

/// <summary>
/// The address and credentials of a kubeconfig's current context, for tests that speak plain HTTP. It shares no code with the
/// operator's own client: a test that used it would share its faults.
/// </summary>
public sealed class KubeconfigConnection
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _clientCertificate;
    private readonly string? _token;
    private readonly bool _insecure;

    private KubeconfigConnection(
        Uri address, X509Certificate2Collection? authorities, X509Certificate2? clientCertificate, string? token, bool insecure)
    {
        Address = address;
        _authorities = authorities;
        _clientCertificate = clientCertificate;
        _token = token;
        _insecure = insecure;
    }

    public Uri Address { get; }

    /// <exception cref="InvalidDataException">The text lacks the current context, its cluster or its user, or uses a credential plugin.</exception>
    public static KubeconfigConnection Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }, ..]) throw new InvalidDataException("The kubeconfig is empty.");
        var context = Entry(root, "contexts", "context", Text(root, "current-context"));
        var cluster = Entry(root, "clusters", "cluster", Text(context, "cluster"));
        var user = Entry(root, "users", "user", Text(context, "user"));
        if (user.Children.ContainsKey("exec") || user.Children.ContainsKey("auth-provider"))
            throw new InvalidDataException("The kubeconfig's user calls a credential plugin; give the tests a user with a token or a client certificate.");

        var server = Text(cluster, "server") ?? throw new InvalidDataException("The kubeconfig's cluster has no server.");
        var token = Text(user, "token") ?? (Text(user, "tokenFile") is { } file ? File.ReadAllText(file).Trim() : null);
        X509Certificate2Collection? authorities = null;
        if (Pem(cluster, "certificate-authority") is { } authority)
        {
            authorities = [];
            authorities.ImportFromPem(authority);
        }
        var certificate = Pem(user, "client-certificate") is { } crt && Pem(user, "client-key") is { } key
            ? X509Certificate2.CreateFromPem(crt, key)
            : null;
        return new(new Uri(server), authorities, certificate, token, Text(cluster, "insecure-skip-tls-verify") == "true");
    }

    /// <summary>A client without a time limit of its own; the caller disposes it.</summary>
    /// <param name="wrap">What stands before the connection; null for nothing.</param>
    public HttpClient CreateClient(Func<HttpMessageHandler, HttpMessageHandler>? wrap = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (_insecure || _authorities is not null) handler.SslOptions.RemoteCertificateValidationCallback = Validate;
        if (_clientCertificate is not null) handler.SslOptions.ClientCertificates = [_clientCertificate];
        var client = new HttpClient(wrap?.Invoke(handler) ?? handler) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        if (_token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return client;
    }

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? _, SslPolicyErrors errors)
    {
        if (_insecure) return true;
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var leaf = new X509Certificate2(certificate);
        return chain.Build(leaf);
    }

    private static YamlMappingNode Entry(YamlMappingNode root, string list, string kind, string? name)
    {
        if (root.Children.TryGetValue(list, out var node) && node is YamlSequenceNode entries)
        {
            foreach (var entry in entries.OfType<YamlMappingNode>())
                if (Text(entry, "name") == name && entry.Children.TryGetValue(kind, out var body) && body is YamlMappingNode mapping) return mapping;
        }
        throw new InvalidDataException($"The kubeconfig has no {kind} named '{name}'.");
    }

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) && value is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;

    private static string? Pem(YamlMappingNode node, string key) =>
        Text(node, key + "-data") is { } data ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : Text(node, key) is { } file ? File.ReadAllText(file)
        : null;
}
