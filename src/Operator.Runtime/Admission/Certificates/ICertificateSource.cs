using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Runtime.Admission.Certificates;

/// <summary>A certificate to serve with, its private key, and the certificates that lead to its root.</summary>
public sealed class ServingCertificate
{
    /// <summary>Makes a certificate ready to serve.</summary>
    /// <param name="leaf">The certificate; it has its private key.</param>
    /// <param name="intermediates">The certificates between it and its root; may be empty.</param>
    /// <exception cref="ArgumentException">The leaf has no private key.</exception>
    public ServingCertificate(X509Certificate2 leaf, params IEnumerable<X509Certificate2> intermediates)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        if (!leaf.HasPrivateKey) throw new ArgumentException("A serving certificate needs its private key.", nameof(leaf));
        Leaf = leaf;
        // Offline: nothing is fetched from the addresses that a certificate names.
        Context = SslStreamCertificateContext.Create(leaf, [.. intermediates], offline: true);
    }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Leaf { get; }

    internal SslStreamCertificateContext Context { get; }
}

/// <summary>Gives the certificate that admission serves with; it may change at any time.</summary>
public interface ICertificateSource
{
    /// <summary>The certificate for new connections; null while there is none, and handshakes fail.</summary>
    ServingCertificate? Current { get; }

    /// <summary>Begins to look for certificates. Called before the first connection, by every endpoint that serves with it.</summary>
    void Start()
    {
    }
}

/// <summary>A certificate that the program makes itself.</summary>
public sealed class MemoryCertificateSource : ICertificateSource
{
    private volatile ServingCertificate? _current;

    /// <inheritdoc />
    public ServingCertificate? Current => _current;

    /// <summary>Serves new connections with another certificate. Open connections go on with theirs.</summary>
    public void Set(ServingCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        _current = certificate;
    }
}
