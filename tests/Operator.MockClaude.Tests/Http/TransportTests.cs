using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Operator.MockClaude.Tests.Http;

public sealed class TransportTests
{
    [Fact]
    public async Task HTTP_2_over_TLS_is_spoken_when_there_is_a_certificate()
    {
        using var certificate = Certificate();
        await using var server = await MockClaudeServer.StartAsync(new MockClaudeOptions { Certificate = certificate }, TestContext.Current.CancellationToken);
        Assert.Equal("https", server.Address.Scheme);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString();
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent(MockHost.Message(stream: true).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-api-key", MockClaudeOptions.DefaultKey);
        request.Headers.Add("anthropic-version", "2026-10-21");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("message_stop", SseEvent.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))[^1].Name);
    }

    [Fact]
    public async Task Stopping_breaks_open_requests_and_may_be_repeated()
    {
        var host = await MockHost.StartAsync();
        host.Server.Faults.Next(MockClaude.Faults.FaultKind.Hang);
        var hanging = host.MessagesAsync(MockHost.Message());
        while (host.Server.Ledger.InFlight == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        await host.Server.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
        await host.DisposeAsync();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
