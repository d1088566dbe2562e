using Microsoft.Extensions.Logging;

namespace Operator.Limiters.Authentication.Offline;

/// <summary>
/// The keys that the cluster publishes, read when they are first needed, again every few minutes while tokens come, and at once when a
/// token names one that is not known, but not more often than every ten seconds: anybody can make up a name. Nothing is asked while
/// nobody calls. When the API server does not answer, the keys that are known serve for an hour.
/// </summary>
/// <param name="read">Reads a path of the API server, with a bound on size and time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of keys that are read and of those that cannot be.</param>
internal sealed partial class PublishedKeys(Func<string, Task<string>> read, TimeProvider time, ILogger<PublishedKeys> logger)
{
    /// <summary>How old keys may be before they are read again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>How old keys may be at most when they cannot be read again.</summary>
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(1);

    /// <summary>The time between two reads at least.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private IssuerKeys? _keys;
    private long _readAt;
    private long? _triedAt;
    private Exception? _failure;
    private Task _read = Task.CompletedTask;

    /// <summary>The keys.</summary>
    /// <param name="wanted">The key that they should have; null for any.</param>
    /// <param name="cancellationToken">Ends the waiting, not the reading: others may wait for it too.</param>
    /// <exception cref="TokenNotCheckedException">There are none, or none that are young enough.</exception>
    public async Task<IssuerKeys> GetAsync(string? wanted, CancellationToken cancellationToken)
    {
        await Begin(wanted).WaitAsync(cancellationToken);
        lock (_gate)
        {
            if (_keys is { } keys && time.GetElapsedTime(_readAt) < UsableFor) return keys;
            throw new TokenNotCheckedException("the keys that the cluster publishes for tokens of service accounts are not known: "
                + (_failure?.Message ?? "they have not been read yet"), _failure);
        }
    }

    private Task Begin(string? wanted)
    {
        lock (_gate)
        {
            if (!_read.IsCompleted) return IsGood(wanted) ? Task.CompletedTask : _read;
            if (IsGood(wanted) && time.GetElapsedTime(_readAt) < FreshFor) return Task.CompletedTask;
            if (_triedAt is { } tried && time.GetElapsedTime(tried) < Pause) return Task.CompletedTask;
            _triedAt = time.GetTimestamp();
            _read = Task.Run(ReadAsync, CancellationToken.None);
            // Keys that have what is wanted need not be waited for: only their age is a reason to read again.
            return IsGood(wanted) ? Task.CompletedTask : _read;
        }
    }

    private bool IsGood(string? wanted) =>
        _keys is { } keys && time.GetElapsedTime(_readAt) < UsableFor && (wanted is null || keys.Find(wanted) is not null);

    /// <summary>Reads both documents. Never fails: what went wrong is remembered.</summary>
    private async Task ReadAsync()
    {
        try
        {
            var discovery = await read(IssuerKeys.DiscoveryPath);
            var set = await read(IssuerKeys.KeysPath);
            var keys = IssuerKeys.Read(discovery, set);
            bool changed;
            lock (_gate)
            {
                changed = _keys is null || _keys.Issuer != keys.Issuer || !_keys.Ids.SetEquals(keys.Ids);
                (_keys, _readAt, _failure) = (keys, time.GetTimestamp(), null);
            }
            if (changed) Log.Read(logger, keys.Ids.Count, keys.Issuer);
        }
        catch (Exception error)
        {
            lock (_gate) _failure = error;
            Log.NotRead(logger, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tokens of limiters are checked with {Count} published keys of the issuer {Issuer}")]
        public static partial void Read(ILogger logger, int count, string issuer);

        [LoggerMessage(2, LogLevel.Warning, "The keys that the cluster publishes for tokens of service accounts cannot be read; the ClusterRole system:service-account-issuer-discovery lets every service account do so: {Why}")]
        public static partial void NotRead(ILogger logger, string why);
    }
}
