using System.Net.Security;

namespace Operator.Kubernetes.Configuration;

/// <summary>
/// A bearer token in a file. The kubelet replaces projected tokens well before they expire, so the file is read at most once a minute;
/// a 401 reads it at once. While it cannot be read, the last token stays in use.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose.
internal sealed class TokenFileCredentials(string path, string origin, SslStreamCertificateContext? certificate, TimeProvider time)
    : KubernetesCredentials(origin)
#pragma warning restore CA1001
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Entry? _entry;

    internal override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        if (_entry is { } entry && time.GetElapsedTime(entry.ReadAt) < Fresh) return entry.Credential;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_entry is { } current && time.GetElapsedTime(current.ReadAt) < Fresh) return current.Credential;
            return (await ReadAsync(cancellationToken).ConfigureAwait(false)).Credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal override async ValueTask<Credential?> RefreshAsync(Credential rejected, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another request may have read the new token already.
            var entry = _entry is { } current && !ReferenceEquals(current.Credential, rejected)
                ? current
                : await ReadAsync(cancellationToken).ConfigureAwait(false);
            return ReferenceEquals(entry.Credential, rejected) ? null : entry.Credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Entry> ReadAsync(CancellationToken cancellationToken)
    {
        string token;
        try
        {
            token = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
            if (token.Length == 0) throw new InvalidDataException("the file is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file that is being replaced is no reason to stop while the former token may still be good.
            if (_entry is { } last) return _entry = last with { ReadAt = time.GetTimestamp() };
            throw new KubernetesConfigurationException($"The token file '{path}' cannot be read ({Origin}): {error.Message}", error);
        }
        var former = _entry?.Credential;
        var credential = former?.Authorization?.Parameter == token ? former! : Credential.Bearer(token, certificate);
        return _entry = new Entry(credential, time.GetTimestamp());
    }

    private sealed record Entry(Credential Credential, long ReadAt);
}
