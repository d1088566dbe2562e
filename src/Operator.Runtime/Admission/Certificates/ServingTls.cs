using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Operator.Runtime.Admission.Certificates;

/// <summary>Secures an endpoint with the certificate that is current when a connection is made, so that a rotation needs no restart.</summary>
public static class ServingTls
{
    /// <summary>Serves HTTP/1.1 and HTTP/2 over TLS.</summary>
    /// <param name="listen">The endpoint.</param>
    /// <param name="certificates">Where certificates come from.</param>
    public static void UseServingCertificate(this ListenOptions listen, ICertificateSource certificates)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(certificates);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Options(certificates)) });
    }

    /// <summary>How the next connection is secured.</summary>
    /// <exception cref="AuthenticationException">There is no certificate yet.</exception>
    internal static SslServerAuthenticationOptions Options(ICertificateSource certificates)
    {
        if (certificates.Current is not { } certificate)
            throw new AuthenticationException("There is no serving certificate yet; the log of its source says why.");
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }
}
