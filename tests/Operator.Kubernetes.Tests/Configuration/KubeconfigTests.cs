using System.Security.Cryptography.X509Certificates;
using System.Text;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Configuration;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_context_is_read_with_all_its_fields()
    {
        using var authority = TestCertificates.Authority();
        var path = _folder.Write("config", Kubeconfigs.With(
            cluster: $"{{server: 'https://a.test:6443/base', tls-server-name: b.test, proxy-url: 'socks5://p:1080', certificate-authority-data: {Base64(TestCertificates.Pem(authority))}}}",
            user: "{token: t, as: boss, as-groups: [g1, g2], as-uid: id, as-user-extra: {reason: [x, z]}}",
            context: "{cluster: c, user: u, namespace: ns}"));

        var configuration = await Kubeconfigs.LoadAsync(path);

        Assert.Equal(new Uri("https://a.test:6443/base"), configuration.Server);
        Assert.Equal($"kubeconfig '{path}': clusters[c].cluster.server", configuration.ServerOrigin);
        Assert.Equal(("x", "ns", "b.test"), (configuration.Context, configuration.Namespace, configuration.TlsServerName));
        Assert.Equal(new Uri("socks5://p:1080"), configuration.Proxy);
        Assert.Equal(authority.Thumbprint, Assert.Single(configuration.CertificateAuthorities!).Thumbprint);
        Assert.Equal($"kubeconfig '{path}': clusters[c].cluster.certificate-authority-data", configuration.CertificateAuthorityOrigin);
        Assert.Equal(("boss", "id"), (configuration.Impersonation!.User, configuration.Impersonation.Uid));
        Assert.Equal(["g1", "g2"], configuration.Impersonation.Groups);
        Assert.Equal(["x", "z"], configuration.Impersonation.Extra["reason"]);
        Assert.Equal("t", (await configuration.Credentials.GetAsync(default)).Authorization!.Parameter);
        Assert.Equal($"the token from kubeconfig '{path}': users[u].user.token", configuration.Credentials.Origin);
    }

    [Fact]
    public async Task Impersonation_is_sent_as_headers()
    {
        await using var api = await ApiStub.AnswerAsync("""{"metadata":{}}""");
        var path = _folder.Write("config", Kubeconfigs.With(
            cluster: $"{{server: '{api.Address}'}}", user: "{username: me, password: 'a:b', as: boss, as-groups: [g], as-user-extra: {example.com/why: [x]}}"));
        using var client = new KubernetesClient(await Kubeconfigs.LoadAsync(path));

        await client.GetAsync<Operator.Kubernetes.Models.V1ConfigMap>("a", "n");
        Assert.Equal(("boss", "g"), (api.Last.Headers["Impersonate-User"], api.Last.Headers["Impersonate-Group"]));
        Assert.Equal("x", api.Last.Headers["Impersonate-Extra-example.com%2Fwhy"]);
        Assert.Equal("Basic " + Base64("me:a:b"), api.Last.Headers["Authorization"]);
    }

    [Theory]
    [InlineData("PKCS8")]
    [InlineData("SEC1")]
    [InlineData("RSA")]
    public async Task Client_certificates_of_every_key_form_reach_the_server(string form)
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ApiStub.StartAsync(
            c => c.WriteAsync("""{"metadata":{}}"""), TestCertificates.Server(authority), askForClientCertificate: true);
        var (certificate, key) = form == "RSA" ? TestCertificates.RsaClientPem("alice") : EcClient(authority, form);
        _folder.Write("pki/client.crt", certificate);
        _folder.Write("pki/client.key", key);
        _folder.Write("pki/ca.crt", TestCertificates.Pem(authority));
        var files = _folder.Write("files", Kubeconfigs.With(
            cluster: $"{{server: '{api.Address}', certificate-authority: pki/ca.crt}}",
            user: "{client-certificate: pki/client.crt, client-key: pki/client.key}"));
        var data = _folder.Write("data", Kubeconfigs.With(
            cluster: $"{{server: '{api.Address}', certificate-authority: pki/ca.crt}}",
            user: $"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}}}"));

        foreach (var path in new[] { files, data })
        {
            using var client = new KubernetesClient(await Kubeconfigs.LoadAsync(path));
            await client.GetAsync<Operator.Kubernetes.Models.V1ConfigMap>("a", "n");
            Assert.Equal("CN=alice", api.Last.ClientCertificate);
        }
    }

    [Fact]
    public async Task Json_is_a_kubeconfig_too()
    {
        var path = _folder.Write("config",
            """{"current-context":"x","clusters":[{"name":"c","cluster":{"server":"a.test:8080"}}],"contexts":[{"name":"x","context":{"cluster":"c"}}]}""");
        var configuration = await Kubeconfigs.LoadAsync(path);
        Assert.Equal(new Uri("http://a.test:8080"), configuration.Server);
        Assert.Same(KubernetesCredentials.Anonymous, configuration.Credentials);
    }

    [Theory]
    // user
    [InlineData("{tokenFile: /no/such/file}", null, null, "users[u].user.tokenFile: file '/no/such/file' does not exist")]
    [InlineData("{client-certificate: no.crt, client-key: no.key}", null, null, "users[u].user.client-certificate: file '{folder}/no.crt' does not exist")]
    [InlineData("{client-certificate-data: '***', client-key-data: aaaa}", null, null, "users[u].user.client-certificate-data: is not valid base64")]
    [InlineData("{client-certificate-data: aGVsbG8=, client-key-data: aGVsbG8=}", null, null, "users[u].user.client-certificate-data: cannot be used with the key in client-key-data")]
    [InlineData("{client-certificate-data: aGVsbG8=}", null, null, "users[u].user.client-key: is missing beside the client certificate")]
    [InlineData("{client-key-data: aGVsbG8=}", null, null, "users[u].user.client-certificate: is missing beside the client key")]
    [InlineData("{token: 12345}", null, null, "users[u].user.token: expected a string, found the number 12345; put it in quotes")]
    [InlineData("{token: \"a\\nb\"}", null, null, "users[u].user.token: contains blanks or control characters")]
    [InlineData("{token: [a]}", null, null, "users[u].user.token: expected a string, found a list")]
    [InlineData("{token: t, username: me}", null, null, "users[u].user.username: cannot stand beside token")]
    [InlineData("{auth-provider: {name: gcp}}", null, null, "users[u].user.auth-provider: the legacy provider 'gcp' is not supported; use an exec plugin")]
    [InlineData("{as-groups: [g]}", null, null, "users[u].user.as: is missing")]
    [InlineData("nonsense", null, null, "users[u].user: expected an object, found a string")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}", null, null, "users[u].user.exec.apiVersion: 'client.authentication.k8s.io/v1alpha1' is not supported")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}", null, null, "users[u].user.exec.interactiveMode: is missing")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}", null, null, "users[u].user.exec.interactiveMode: the plugin 'x' needs a terminal")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1}}", null, null, "users[u].user.exec.command: is missing")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1, env: [{value: v}]}}", null, null, "users[u].user.exec.env[0].name: is missing")]
    [InlineData("{token: t, exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1}}", null, null, "users[u].user.exec: cannot stand beside token")]
    // cluster
    [InlineData(null, "{}", null, "clusters[c].cluster.server: is missing")]
    [InlineData(null, "{server: 'ftp://x'}", null, "clusters[c].cluster.server: 'ftp://x' is not an http or https address")]
    [InlineData(null, "{server: 'https://u:p@x'}", null, "clusters[c].cluster.server: may not contain user information")]
    [InlineData(null, "{server: 'https://x', certificate-authority: ca.crt}", null, "clusters[c].cluster.certificate-authority: file '{folder}/ca.crt' does not exist")]
    [InlineData(null, "{server: 'https://x', certificate-authority-data: aGVsbG8=}", null, "clusters[c].cluster.certificate-authority-data: is not a certificate: it holds no PEM certificate")]
    [InlineData(null, "{server: 'https://x', insecure-skip-tls-verify: maybe}", null, "clusters[c].cluster.insecure-skip-tls-verify: expected true or false, found a string")]
    [InlineData(null, "{server: 'https://x', proxy-url: 'gopher://x'}", null, "clusters[c].cluster.proxy-url: 'gopher://x' is not an http, https or socks5 address")]
    // context
    [InlineData(null, null, "{cluster: other, user: u}", "contexts[x].context.cluster: there is no cluster 'other'; the clusters are: c")]
    [InlineData(null, null, "{cluster: c, user: other}", "contexts[x].context.user: there is no user 'other'; the users are: u")]
    [InlineData(null, null, "{user: u}", "contexts[x].context.cluster: names no cluster")]
    public async Task Errors_name_the_file_and_the_field(string? user, string? cluster, string? context, string expected)
    {
        var path = _folder.Write("config", Kubeconfigs.With(
            user ?? "{}", cluster ?? "{server: 'https://a.test'}", context ?? "{cluster: c, user: u}"));

        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => Kubeconfigs.LoadAsync(path));
        Assert.StartsWith($"kubeconfig {path}: {expected.Replace("{folder}", _folder.Path, StringComparison.Ordinal)}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [1, 2", "line 2, column 1: While parsing a flow sequence")]
    [InlineData("a: b\n  c: d", "line 2, column 4: ")]
    [InlineData("a: 1\na: 2", "line 2, column 1: the key 'a' is already set")]
    [InlineData("\tx: \"", "line 1, column ")]
    [InlineData("- a", "expected an object with clusters, users and contexts")]
    [InlineData("a: b\n---\nc: d", "expected one YAML document, found several")]
    [InlineData("kind: Pod", "kind: expected Config, found 'Pod'")]
    [InlineData("clusters: {}", "clusters: expected a list, found an object")]
    [InlineData("clusters: [x]", "clusters[0]: expected an object with a name")]
    [InlineData("users: [{user: {}}]", "users[0].name: is missing")]
    [InlineData("", "current-context is not set; set it, or name one of the contexts: there are none")]
    [InlineData("contexts: [{name: p}, {name: q}]", "current-context is not set; set it, or name one of the contexts: p, q")]
    [InlineData("current-context: z\ncontexts: [{name: p}]", "there is no context 'z' (from current-context); the contexts are: p")]
    public async Task A_malformed_file_says_where(string text, string expected)
    {
        var path = _folder.Write("config", text);
        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => Kubeconfigs.LoadAsync(path));
        Assert.True(error.Message.StartsWith($"kubeconfig {path}: {expected}", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var path = _folder.File("missing");
        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => Kubeconfigs.LoadAsync(path));
        Assert.Contains($"kubeconfig {path}: cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_asked_for_by_name_wins_over_the_current_one()
    {
        var path = _folder.Write("config", Kubeconfigs.With() + "\n- name: z1\n  context: {cluster: c, namespace: other}\n");
        Assert.Equal("other", (await Kubeconfigs.LoadAsync(path, context: "z1")).Namespace);
        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => Kubeconfigs.LoadAsync(path, context: "z"));
        Assert.Contains("there is no context 'z' (asked for by name); the contexts are: x, z1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=one", "a=two", "a", "one")]
    [InlineData("a=one", "b=two", "b", "two")]
    [InlineData("", "b=two", "b", "two")]
    public async Task Of_several_files_the_first_that_has_an_entry_wins(string first, string second, string asked, string expected)
    {
        string[] files =
        [
            _folder.Write("f0/config", Cluster(first)),
            _folder.Write("f1/config", Cluster(second)),
            _folder.Write("last", $"contexts: [{{name: x, context: {{cluster: {asked}}}}}]\ncurrent-context: x"),
        ];

        var configuration = await KubernetesClientConfiguration.LoadAsync(new(), Sources(files), default);
        Assert.Equal($"{expected}.test", configuration.Server.Host);

        static string Cluster(string entry) => entry.Split('=') is [var name, var server]
            ? $"clusters: [{{name: {name}, cluster: {{server: 'http://{server}.test'}}}}]"
            : "";
    }

    [Fact]
    public async Task Of_several_files_the_first_current_context_wins_and_paths_belong_to_their_file()
    {
        var first = _folder.Write("one/config", "current-context: x\nusers: [{name: u, user: {tokenFile: ./t}}]");
        _folder.Write("one/t", "from-one\n");
        var second = _folder.Write("two/config", Kubeconfigs.With("{tokenFile: ./t}").Replace("current-context: x", "current-context: nope", StringComparison.Ordinal));
        _folder.Write("two/t", "from-two");

        var configuration = await KubernetesClientConfiguration.LoadAsync(new(), Sources([first, _folder.File("missing"), second]), default);
        Assert.Equal("from-one", (await configuration.Credentials.GetAsync(default)).Authorization!.Parameter);
    }

    [Fact]
    public async Task Kubeconfig_that_names_only_missing_files_is_a_mistake()
    {
        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(
            () => KubernetesClientConfiguration.LoadAsync(new(), Sources([_folder.File("a"), _folder.File("b")]), default));
        Assert.Contains("KUBECONFIG names no file that exists", error.Message, StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static (string Certificate, string Key) EcClient(X509Certificate2 authority, string form)
    {
        using var client = TestCertificates.Client(authority, "alice");
        using var key = client.GetECDsaPrivateKey()!;
        return (TestCertificates.Pem(client), form == "SEC1" ? key.ExportECPrivateKeyPem() : key.ExportPkcs8PrivateKeyPem());
    }

    private ConfigurationSources Sources(IEnumerable<string> files) => new(
        name => name == "KUBECONFIG" ? string.Join(Path.PathSeparator, files) : null, _folder.Path, _folder.File("serviceaccount"));
}
