using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Tests.Support;

/// <summary>Certificates made on the spot.</summary>
public static class TestCertificates
{
    public static X509Certificate2 Authority(string name = "CN=test-ca") => Make(name, null, isAuthority: true, []);

    public static X509Certificate2 Intermediate(X509Certificate2 issuer) => Make("CN=test-intermediate", issuer, isAuthority: true, []);

    public static X509Certificate2 Server(X509Certificate2 issuer, params string[] names) =>
        Make("CN=test-server", issuer, isAuthority: false, names.Length == 0 ? ["localhost"] : names);

    public static X509Certificate2 Expired(X509Certificate2 issuer) =>
        Make("CN=test-server", issuer, isAuthority: false, ["localhost"], DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(-1));

    public static X509Certificate2 SelfSigned(params string[] names)
    {
        using var made = Make("CN=test-self", null, isAuthority: false, names);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public static X509Certificate2 Client(X509Certificate2 issuer, string name) => Make("CN=" + name, issuer, isAuthority: false, []);

    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    public static (string Certificate, string Key) RsaClientPem(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        return (made.ExportCertificatePem(), key.ExportRSAPrivateKeyPem());
    }

    public static (string Certificate, string Key) ClientPem(X509Certificate2 certificate) =>
        (certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    private static X509Certificate2 Make(
        string subject, X509Certificate2? issuer, bool isAuthority, string[] names, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
                else alternatives.AddDnsName(name);
            }
            request.CertificateExtensions.Add(alternatives.Build());
        }
        from ??= DateTimeOffset.UtcNow.Add(isAuthority ? TimeSpan.FromDays(-3) : TimeSpan.FromMinutes(-5));
        to ??= DateTimeOffset.UtcNow.AddHours(12);
        if (issuer is null) return request.CreateSelfSigned(from.Value, to.Value);
        // A certificate may not outlive its issuer, nor be older; the bounds are whole seconds.
        if (to > issuer.NotAfter) to = issuer.NotAfter;
        if (from < issuer.NotBefore) from = issuer.NotBefore;
        var serial = RandomNumberGenerator.GetBytes(12);
        using var signed = request.Create(issuer, from.Value, to.Value, serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
