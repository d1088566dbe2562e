using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Operator.Certificates;

/// <summary>
/// The authority of certificates that somebody else makes, such as cert-manager: <c>ca.crt</c> beside <c>tls.crt</c>. Limiters get it;
/// the webhook configurations are the injector's of that somebody.
/// </summary>
internal sealed partial class MountedAuthority(string directory, ILogger<MountedAuthority> logger) : ITrustAnchors
{
    private const int LargestFile = 256 * 1024;
    private volatile IReadOnlyList<string> _current = [];

    /// <inheritdoc/>
    public bool AreOwn => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> Current => _current;

    /// <inheritdoc/>
    public void Advance(Func<string, bool> isTrusted)
    {
        var path = Path.Combine(directory, "ca.crt");
        try
        {
            var file = new FileInfo(path);
            // Without the file the certificate is one of a public authority, which everybody trusts.
            if (!file.Exists)
            {
                _current = [];
                return;
            }

            if (file.Length > LargestFile) throw new CryptographicException($"it has {file.Length} bytes; at most {LargestFile} are read");
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(File.ReadAllText(path));
            _current = [.. certificates.Select(certificate => certificate.ExportCertificatePem() + "\n")];
            foreach (var certificate in certificates) certificate.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            Log.Unreadable(logger, path, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Error, "Cannot read the authority in {Path}; limiters keep what they trust now")]
        public static partial void Unreadable(ILogger logger, string path, Exception error);
    }
}
