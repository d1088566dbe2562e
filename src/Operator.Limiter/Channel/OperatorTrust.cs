using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Limiter.Channel;

/// <summary>
/// Whom the limiter takes for the operator: a server whose certificate was signed by an authority in the mounted file, which is read
/// for every new connection, because authorities rotate. Without the file the authorities of the system count.
/// </summary>
internal sealed class OperatorTrust(string file)
{
    /// <summary>Judges a server's certificate.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server) return false;
        if (!File.Exists(file)) return errors == SslPolicyErrors.None;
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            own.ChainPolicy.CustomTrustStore.AddRange(authorities);
            if (chain is not null)
            {
                foreach (var element in chain.ChainElements) own.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
            return own.Build(server);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Half a file, while it is replaced, or one that cannot be read: nobody is trusted by it; the next connection looks again.
            return false;
        }
        finally
        {
            foreach (var authority in authorities) authority.Dispose();
        }
    }
}
