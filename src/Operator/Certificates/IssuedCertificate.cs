using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Operator.Runtime.Admission.Certificates;

namespace Operator.Certificates;

/// <summary>
/// A serving certificate and the authority that signed it. The authority's key signs this one certificate and is destroyed: nobody can
/// ever sign another in its name.
/// </summary>
internal sealed class IssuedCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private IssuedCertificate(CertificateValidity validity, string authority, ServingCertificate serving) =>
        (Validity, Authority, Serving) = (validity, authority, serving);

    /// <summary>When both are valid.</summary>
    public CertificateValidity Validity { get; }

    /// <summary>The authority's certificate, as PEM that ends in a line break.</summary>
    public string Authority { get; }

    /// <summary>What is served.</summary>
    public ServingCertificate Serving { get; }

    /// <summary>Makes a pair.</summary>
    /// <param name="validity">When it is valid.</param>
    /// <param name="names">The DNS names, at least one.</param>
    /// <param name="owner">Who makes it, for people who read the certificate.</param>
    public static IssuedCertificate Create(CertificateValidity validity, IReadOnlyList<string> names, string owner)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        var serial = Serial();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // A name of its own for each: a verifier that looks authorities up by name finds the right one at once.
        var request = new CertificateRequest(
            Name("claude-operator authority " + Convert.ToHexStringLower(serial.AsSpan(0, 6)), owner), authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var authority = request.CreateSelfSigned(validity.NotBefore, validity.NotAfter);
        var leaf = Leaf(validity, names, owner, authority);
        return new IssuedCertificate(validity, authority.ExportCertificatePem() + "\n", new ServingCertificate(leaf));
    }

    private static X509Certificate2 Leaf(CertificateValidity validity, IReadOnlyList<string> names, string owner, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name("claude-operator", owner), key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var certificate = request.Create(authority, validity.NotBefore, validity.NotAfter, Serial());
        return certificate.CopyWithPrivateKey(key);
    }

    private static X500DistinguishedName Name(string common, string owner)
    {
        var name = new X500DistinguishedNameBuilder();
        // Both are bounded at 64 characters by the standard.
        name.AddOrganizationalUnitName(owner.Length > 64 ? owner[..64] : owner);
        name.AddCommonName(common);
        return name.Build();
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f; // Positive, as the standard asks.
        serial[0] |= 0x40; // And of a fixed length.
        return serial;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Serving.Leaf.Subject} until {Validity.NotAfter:u}");
}
