using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Testing.Clusters;

/// <summary>Keys for servers on loopback: an authority, a server certificate, and a key pair for service-account tokens. All as PEM.</summary>
public sealed class LoopbackCertificates
{
    public LoopbackCertificates()
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=loopback-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=loopback", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        serverRequest.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var server = serverRequest.Create(authority, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(12));

        using var serviceAccounts = RSA.Create(2048);
        Authority = authority.ExportCertificatePem();
        Server = server.ExportCertificatePem();
        ServerKey = serverKey.ExportPkcs8PrivateKeyPem();
        ServiceAccountKey = serviceAccounts.ExportRSAPrivateKeyPem();
        ServiceAccountPublicKey = serviceAccounts.ExportSubjectPublicKeyInfoPem();
    }

    public string Authority { get; }

    public string Server { get; }

    public string ServerKey { get; }

    public string ServiceAccountKey { get; }

    public string ServiceAccountPublicKey { get; }
}
