using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Tests.Admission;

public sealed class AdmissionServerTests : IAsyncDisposable
{
    private const string Review =
        """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","kind":{},"resource":{}}}""";

    private readonly Meter _meter = new("test");
    private readonly MemoryCertificateSource _certificates = new();
    private readonly AdmissionServer _server;

    public AdmissionServerTests()
    {
        var options = new AdmissionOptions { Port = 0, BindAddress = IPAddress.Loopback, MaxBodyBytes = 10_000 };
        var endpoint = new AdmissionEndpoint(
            [new AllowAll()], options, new AdmissionMetrics(_meter), TimeProvider.System, NullLogger<AdmissionEndpoint>.Instance);
        _server = new AdmissionServer(endpoint, _certificates, options, NullLoggerFactory.Instance);
    }

    [Fact]
    public async Task Reviews_are_answered_over_https_with_http2()
    {
        _certificates.Set(Certificate("one"));
        await _server.StartAsync(default);
        var (version, status, body, subject) = await PostAsync(Review);
        Assert.Equal(HttpVersion.Version20, version);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"allowed\":true", body, StringComparison.Ordinal);
        Assert.Equal("CN=one", subject);
    }

    [Fact]
    public async Task New_connections_get_the_new_certificate()
    {
        _certificates.Set(Certificate("one"));
        await _server.StartAsync(default);
        Assert.Equal("CN=one", (await PostAsync(Review)).Subject);
        _certificates.Set(Certificate("two"));
        Assert.Equal("CN=two", (await PostAsync(Review)).Subject);
    }

    [Fact]
    public async Task Without_a_certificate_the_handshake_fails_and_with_one_it_works()
    {
        await _server.StartAsync(default);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(Review));
        _certificates.Set(Certificate("late"));
        Assert.Equal("CN=late", (await PostAsync(Review)).Subject);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        _certificates.Set(Certificate("one"));
        await _server.StartAsync(default);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(new string('x', 20_000))).Status);
    }

    [Fact]
    public async Task Tls_is_1_2_or_1_3_and_nothing_older()
    {
        _certificates.Set(Certificate("one"));
        await _server.StartAsync(default);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, _server.Tls().EnabledSslProtocols);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _server.Port);
        using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=one",
        });
        Assert.Equal(SslProtocols.Tls12, tls.SslProtocol);
    }

    [Fact]
    public async Task A_signal_to_the_process_is_not_the_servers_business_and_stopping_closes_the_port()
    {
        _certificates.Set(Certificate("one"));
        await _server.StartAsync(default);
        var port = _server.Port;
        await _server.StopAsync(default);
        using var tcp = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => tcp.ConnectAsync(IPAddress.Loopback, port));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _meter.Dispose();
    }

    private static ServingCertificate Certificate(string name)
    {
        var (certificate, key) = TestCertificates.Create(name);
        return new ServingCertificate(X509Certificate2.CreateFromPem(certificate, key));
    }

    private async Task<(Version Version, HttpStatusCode Status, string Body, string Subject)> PostAsync(string body)
    {
        var subject = "";
        using var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    subject = certificate!.Subject;
                    return subject.StartsWith("CN=", StringComparison.Ordinal);
                },
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{_server.Port}/any")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request);
        return (response.Version, response.StatusCode, await response.Content.ReadAsStringAsync(), subject);
    }

    private sealed class AllowAll : IAdmissionHandler
    {
        public string Path => "/any";

        public Task<AdmissionResponse> HandleAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new AdmissionResponse(true));
    }
}
