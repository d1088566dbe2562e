using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Operator.Limiter.Forwarding;

/// <summary>Keys from mounted files. A file that changes is read again within a second; one that vanishes leaves the last key.</summary>
internal sealed partial class CredentialStore(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private const int MaxLength = 16 * 1024;

    private readonly ConcurrentDictionary<string, Entry> _keys = new(StringComparer.Ordinal);

    /// <summary>The key in a file; null when there never was one.</summary>
    public string? Get(string path)
    {
        if (_keys.TryGetValue(path, out var entry) && time.GetElapsedTime(entry.At) < Interval) return entry.Key;
        return Read(path, entry?.Key);
    }

    /// <summary>The key in a file as it is at this moment; null when there never was one.</summary>
    public string? Latest(string path) => Read(path, _keys.GetValueOrDefault(path)?.Key);

    /// <summary>Reads a file at once, and tells whether its key is another than the one that was refused.</summary>
    public bool ChangedFrom(string path, string refused) => Read(path, _keys.GetValueOrDefault(path)?.Key) is { } key && key != refused;

    private string? Read(string path, string? last)
    {
        var key = last;
        try
        {
            if (!File.Exists(path))
            {
                if (last is null) Log.Missing(logger, path);
            }
            else
            {
                var text = File.ReadAllText(path).Trim();
                if (text.Length > MaxLength) Log.Unusable(logger, path, "it is too long for a key");
                else if (text.Length == 0 || text.AsSpan().ContainsAnyExceptInRange('!', '~')) Log.Unusable(logger, path, "it is empty or holds what no key holds");
                else key = text;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Unusable(logger, path, e.Message);
        }
        _keys[path] = new Entry(key, time.GetTimestamp());
        return key;
    }

    private sealed record Entry(string? Key, long At);

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Warning, "There is no API key at {Path}: requests are refused until it is mounted.")]
        public static partial void Missing(ILogger logger, string path);

        [LoggerMessage(11, LogLevel.Warning, "The API key at {Path} is not used: {Because}. The last good one stays.")]
        public static partial void Unusable(ILogger logger, string path, string because);
    }
}
