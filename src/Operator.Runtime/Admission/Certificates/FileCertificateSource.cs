using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Operator.Runtime.Admission.Certificates;

/// <summary>
/// Reads <c>tls.crt</c> and <c>tls.key</c> from a folder and follows their changes, including the way in which the kubelet
/// swaps a mounted Secret: a new folder and one symbolic link. A pair that cannot be read, or does not belong together because the
/// swap came in between, is logged and counted, and the former certificate stays.
/// </summary>
internal sealed partial class FileCertificateSource : ICertificateSource, IDisposable
{
    private const string CertificateFile = "tls.crt";
    private const string KeyFile = "tls.key";

    private readonly string _directory;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly AdmissionMetrics _metrics;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private FileSystemWatcher? _watcher;
    private ITimer? _timer;
    private byte[]? _fingerprint;
    private volatile ServingCertificate? _current;

    public FileCertificateSource(
        string directory, TimeSpan interval, TimeProvider clock, AdmissionMetrics metrics, ILogger<FileCertificateSource> logger) =>
        (_directory, _interval, _clock, _metrics, _log) = (directory, interval, clock, metrics, logger);

    public ServingCertificate? Current => _current;

    public void Start()
    {
        // Several endpoints may serve with it.
        if (_timer is not null) return;
        Reload();
        TryWatch();
        _timer = _clock.CreateTimer(_ => OnTimer(), null, _interval, _interval);
    }

    /// <summary>Reads the files now.</summary>
    /// <returns>True when they hold another certificate than before.</returns>
    public bool Reload()
    {
        lock (_gate)
        {
            _metrics.CertificateRead();
            try
            {
                var certificates = File.ReadAllText(Path.Combine(_directory, CertificateFile));
                var key = File.ReadAllText(Path.Combine(_directory, KeyFile));
                var fingerprint = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(certificates + "\0" + key));
                if (_fingerprint is not null && fingerprint.AsSpan().SequenceEqual(_fingerprint)) return false;
                var next = Parse(certificates, key);
                _current = next;
                _fingerprint = fingerprint;
                Log.Loaded(_log, _directory, next.Leaf.Subject, next.Leaf.NotAfter.ToUniversalTime());
                return true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                _metrics.CertificateFailed();
                if (_current is { } kept) Log.Kept(_log, _directory, kept.Leaf.NotAfter.ToUniversalTime(), error);
                else Log.None(_log, _directory, error);
                return false;
            }
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _watcher?.Dispose();
    }

    private static ServingCertificate Parse(string certificates, string key)
    {
        // Refuses a key that is not the leaf's.
        var leaf = X509Certificate2.CreateFromPem(certificates, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificates);
        return new ServingCertificate(leaf, chain.Skip(1));
    }

    private void OnTimer()
    {
        Reload();
        if (_watcher is null) TryWatch();
    }

    private void TryWatch()
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(_directory)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.CreationTime,
            };
            watcher.Changed += (_, _) => Reload();
            watcher.Created += (_, _) => Reload();
            watcher.Renamed += (_, _) => Reload();
            watcher.Error += (_, _) => Unwatch();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No folder yet, or no watches left on this machine: the timer finds changes too, only later.
            watcher?.Dispose();
            Log.NotWatched(_log, _directory, _interval, error);
        }
    }

    /// <summary>The folder went away, or the watcher lost events: the timer opens another one.</summary>
    private void Unwatch()
    {
        var watcher = _watcher;
        _watcher = null;
        watcher?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Serving with the certificate in {Directory}: {Subject}, valid until {NotAfter:u}")]
        public static partial void Loaded(ILogger logger, string directory, string subject, DateTime notAfter);

        [LoggerMessage(2, LogLevel.Error, "The certificate in {Directory} cannot be used; serving on with the former one, valid until {NotAfter:u}")]
        public static partial void Kept(ILogger logger, string directory, DateTime notAfter, Exception error);

        [LoggerMessage(3, LogLevel.Error, "There is no usable tls.crt and tls.key in {Directory}; admission answers nobody until there is")]
        public static partial void None(ILogger logger, string directory, Exception error);

        [LoggerMessage(4, LogLevel.Warning, "Cannot watch {Directory}; changes are found within {Interval}")]
        public static partial void NotWatched(ILogger logger, string directory, TimeSpan interval, Exception error);
    }
}
