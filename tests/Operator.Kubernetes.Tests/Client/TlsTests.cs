using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Client;

public class TlsTests
{
    private const string Map = """{"metadata":{"name":"a"}}""";

    [Fact]
    public async Task Http2_is_used_over_tls()
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ServeAsync(TestCertificates.Server(authority));
        using var client = Client(api, authority);

        await client.GetAsync<V1ConfigMap>("a", "n");
        Assert.Equal("HTTP/2", api.Last.Protocol);
    }

    [Fact]
    public async Task A_wrong_authority_names_the_field_it_came_from()
    {
        using var authority = TestCertificates.Authority();
        using var other = TestCertificates.Authority("CN=other-ca");
        await using var api = await ServeAsync(TestCertificates.Server(authority));
        using var client = Client(api, other);

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Equal(HttpRequestError.SecureConnectionError, error.HttpRequestError);
        Assert.Contains($"the certificate of {api.Address} is not signed by the certificate authority from kubeconfig '/x': clusters[a]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_authority_the_machine_s_decide()
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ServeAsync(TestCertificates.Server(authority));
        using var client = Client(api, null);

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Contains("the configuration names no certificate authority", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_name_says_which_name_was_looked_for()
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ServeAsync(TestCertificates.Server(authority, "kubernetes.default"));
        using var client = Client(api, authority);

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Contains("is not for 'localhost'", error.Message, StringComparison.Ordinal);
        Assert.Contains("tls-server-name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_server_name_is_the_name_that_is_checked()
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ServeAsync(TestCertificates.Server(authority, "kubernetes.default"));
        using var client = Client(api, authority, c => c with { TlsServerName = "kubernetes.default" });

        Assert.NotNull(await client.GetAsync<V1ConfigMap>("a", "n"));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ServeAsync(TestCertificates.Expired(authority));
        using var client = Client(api, authority);

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Contains("is not valid now", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Insecure_skip_accepts_anything()
    {
        using var authority = TestCertificates.Authority();
        await using var api = await ServeAsync(TestCertificates.Server(authority, "elsewhere"));
        using var client = Client(api, null, c => c with { SkipTlsVerify = true });

        Assert.NotNull(await client.GetAsync<V1ConfigMap>("a", "n"));
    }

    [Fact]
    public async Task An_intermediate_authority_may_be_the_anchor_and_still_checks_the_name()
    {
        using var root = TestCertificates.Authority();
        using var intermediate = TestCertificates.Intermediate(root);
        await using var api = await ServeAsync(TestCertificates.Server(intermediate));
        using var client = Client(api, intermediate);
        Assert.NotNull(await client.GetAsync<V1ConfigMap>("a", "n"));

        await using var misnamed = await ServeAsync(TestCertificates.Server(intermediate, "elsewhere"));
        using var misled = Client(misnamed, intermediate);
        await Assert.ThrowsAsync<KubernetesConnectionException>(() => misled.GetAsync<V1ConfigMap>("a", "n"));

        await using var expired = await ServeAsync(TestCertificates.Expired(intermediate));
        using var late = Client(expired, intermediate);
        await Assert.ThrowsAsync<KubernetesConnectionException>(() => late.GetAsync<V1ConfigMap>("a", "n"));

        using var stranger = TestCertificates.Authority("CN=stranger");
        using var strangersOwn = TestCertificates.Intermediate(stranger);
        using var wrong = Client(api, strangersOwn);
        await Assert.ThrowsAsync<KubernetesConnectionException>(() => wrong.GetAsync<V1ConfigMap>("a", "n"));
    }

    [Fact]
    public async Task A_self_signed_server_certificate_may_be_its_own_authority()
    {
        using var authority = TestCertificates.Authority();
        using var own = TestCertificates.SelfSigned("localhost");
        await using var api = await ServeAsync(own);
        using var client = Client(api, own);

        Assert.NotNull(await client.GetAsync<V1ConfigMap>("a", "n"));
    }

    private static Task<ApiStub> ServeAsync(X509Certificate2 certificate) => ApiStub.StartAsync(c => c.WriteAsync(Map), certificate);

    private static KubernetesClient Client(
        ApiStub api, X509Certificate2? authority, Func<KubernetesClientConfiguration, KubernetesClientConfiguration>? change = null)
    {
        var configuration = new KubernetesClientConfiguration
        {
            Server = api.Address,
            ServerOrigin = "kubeconfig '/x': clusters[a].cluster.server",
            CertificateAuthorities = authority is null ? null : [X509CertificateLoader.LoadCertificate(authority.RawData)],
            CertificateAuthorityOrigin = authority is null ? null : "kubeconfig '/x': clusters[a].cluster.certificate-authority-data",
        };
        return new KubernetesClient(change?.Invoke(configuration) ?? configuration);
    }
}
