using System.Net;
using System.Security.Cryptography.X509Certificates;
using Operator.LocalCluster.Tests.Faults;

namespace Operator.LocalCluster.Tests;

public class LocalClusterServerTests
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Two_clusters_in_one_process_know_nothing_of_each_other()
    {
        await using var first = await LocalClusterServer.StartAsync();
        await using var second = await LocalClusterServer.StartAsync();
        using var one = new ClusterClient(first);
        using var other = new ClusterClient(second);
        Assert.NotEqual(first.Address, second.Address);
        Assert.Equal(201, (await one.CreateConfigMapAsync("a")).Status);
        Assert.Equal(200, (await one.GetAsync(ConfigMaps + "/a")).Status);
        Assert.Equal(404, (await other.GetAsync(ConfigMaps + "/a")).Status);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Requests_and_watches_work_over_both_versions_of_HTTP(string version)
    {
        await using var server = await LocalClusterServer.StartAsync();
        using var client = new ClusterClient(server, version: Version.Parse(version));
        Assert.Equal(201, (await client.CreateConfigMapAsync("a")).Status);
        using var watch = await client.WatchAsync(ConfigMaps + "?watch=true&fieldSelector=metadata.name%3Da&timeoutSeconds=1");
        Assert.Equal("ADDED a", await watch.NextAsync());
        Assert.Null(await watch.NextAsync());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_body_may_have_3_MiB_and_no_more(string version)
    {
        await using var server = await LocalClusterServer.StartAsync();
        using var client = new ClusterClient(server, version: Version.Parse(version));
        Assert.Equal(201, (await client.CreateConfigMapAsync("a", new string('x', 1_000_000))).Status);
        var (status, body, _) = await client.CreateConfigMapAsync("b", new string('x', 3 * 1024 * 1024));
        Assert.Equal((413, "Request entity too large: limit is 3145728"), (status, (string?)body!["message"]));
    }

    [Fact]
    public async Task A_wrong_token_is_unauthorized_and_nobody_is_forbidden()
    {
        await using var server = await LocalClusterServer.StartAsync();
        using var wrong = new ClusterClient(server, token: "wrong");
        using var nobody = new ClusterClient(server, token: "");
        Assert.Equal(401, (await wrong.GetAsync(ConfigMaps)).Status);
        var (status, body, _) = await nobody.GetAsync(ConfigMaps);
        Assert.Equal(403, status);
        Assert.Equal(
            "configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"",
            (string?)body!["message"]);
        Assert.Equal(200, (await nobody.GetAsync("/readyz")).Status);
    }

    [Fact]
    public async Task A_client_certificate_of_the_cluster_is_a_user_and_one_of_another_is_unauthorized()
    {
        await using var server = await LocalClusterServer.StartAsync();
        await using var stranger = await LocalClusterServer.StartAsync();
        using var own = Load(server.IssueClientCertificate("alice", "system:masters"));
        using var foreign = Load(stranger.IssueClientCertificate("alice", "system:masters"));
        using var client = new ClusterClient(server, certificate: own);
        using var other = new ClusterClient(server, certificate: foreign);
        Assert.Equal(200, (await client.GetAsync(ConfigMaps)).Status);
        Assert.Equal(401, (await other.GetAsync(ConfigMaps)).Status);
    }

    [Fact]
    public async Task The_kubeconfig_names_server_authority_and_token_and_only_its_owner_reads_it()
    {
        await using var server = await LocalClusterServer.StartAsync();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await server.WriteKubeconfigAsync(path);
            var text = await File.ReadAllTextAsync(path);
            Assert.Equal(server.Kubeconfig, text);
            Assert.Contains($"server: https://127.0.0.1:{server.Address.Port}", text, StringComparison.Ordinal);
            Assert.Contains($"token: {server.AdminToken}", text, StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error()
    {
        await using var server = await LocalClusterServer.StartAsync();
        await Assert.ThrowsAsync<IOException>(() => LocalClusterServer.StartAsync(new LocalClusterOptions { Port = server.Address.Port }));
    }

    [Fact]
    public async Task After_its_end_nobody_listens()
    {
        var server = await LocalClusterServer.StartAsync();
        using var client = new ClusterClient(server);
        using var watch = await client.WatchAsync(ConfigMaps + "?watch=true");
        await server.DisposeAsync();
        await server.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(ConfigMaps));
    }

    [Fact]
    public async Task Discovery_is_not_sent_again_until_it_changes()
    {
        await using var server = await LocalClusterServer.StartAsync();
        using var client = new ClusterClient(server);
        const string Accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        var first = await client.SendAsync(HttpMethod.Get, "/apis", accept: Accept);
        var tag = first.Headers.ETag!.Tag;
        Assert.Equal(tag, (await client.SendAsync(HttpMethod.Get, "/apis", accept: Accept)).Headers.ETag!.Tag);
        using var conditional = new ConditionalGet(server, tag);
        Assert.Equal(HttpStatusCode.NotModified, await conditional.StatusAsync("/apis", Accept));
        await client.SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Gadgets);
        var changed = false;
        for (var i = 0; i < 600 && !changed; i++)
        {
            changed = await conditional.StatusAsync("/apis", Accept) == HttpStatusCode.OK;
            if (!changed) await Task.Delay(50);
        }
        Assert.True(changed);
    }

    private const string Gadgets =
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.example.com"},
         "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget"},
         "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """;

    private static X509Certificate2 Load((string Certificate, string Key) pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    private sealed class ConditionalGet : IDisposable
    {
        private readonly HttpClient _http;

        public ConditionalGet(LocalClusterServer server, string tag)
        {
            var handler = new SocketsHttpHandler();
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509Certificate2.CreateFromPem(server.CertificateAuthority) },
                RevocationMode = X509RevocationMode.NoCheck,
            };
            _http = new HttpClient(handler) { BaseAddress = server.Address };
            _http.DefaultRequestHeaders.Authorization = new("Bearer", server.AdminToken);
            _http.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", tag);
        }

        public async Task<HttpStatusCode> StatusAsync(string path, string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await _http.SendAsync(request);
            return response.StatusCode;
        }

        public void Dispose() => _http.Dispose();
    }
}
