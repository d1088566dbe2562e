using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Operator.Kubernetes.Configuration;

/// <summary>Reads certificates and keys in PEM form.</summary>
internal static class PemCertificates
{
    /// <summary>Every certificate of a bundle; a single one in DER form will do too.</summary>
    /// <exception cref="CryptographicException">There is no certificate in it, or one of them is broken.</exception>
    public static X509Certificate2Collection Authorities(byte[] bytes)
    {
        var certificates = new X509Certificate2Collection();
        if (bytes is [0x30, ..]) certificates.Add(X509CertificateLoader.LoadCertificate(bytes));
        else certificates.ImportFromPem(Encoding.UTF8.GetString(bytes));
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no PEM certificate");
    }

    /// <summary>A client certificate with its key (RSA or EC; PKCS#8, PKCS#1 or SEC1) and the intermediates that follow it.</summary>
    /// <exception cref="CryptographicException">Certificate and key do not belong together, or one of them is broken.</exception>
    public static SslStreamCertificateContext Client(byte[] certificate, byte[] key)
    {
        var text = Encoding.UTF8.GetString(certificate);
        var leaf = FromPem(text, Encoding.UTF8.GetString(key));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text);
        if (chain.Count > 0) chain.RemoveAt(0);
        // Offline: building the chain may not go and download what is missing.
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static X509Certificate2 FromPem(string certificate, string key)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (ArgumentException error)
        {
            throw new CryptographicException(error.Message, error);
        }
        if (!OperatingSystem.IsWindows()) return leaf;
        // Windows cannot use a key that lives in memory only.
        using (leaf) return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
    }
}
