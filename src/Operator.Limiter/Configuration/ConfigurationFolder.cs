using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Operator.Limiter.Configuration;

/// <summary>
/// Follows a folder of <c>*.json</c> documents. A projected volume swaps its <c>..data</c> link to show all new files at once, which file
/// notifications do not see reliably: a look at names, sizes and times a second costs next to nothing and misses nothing.
/// </summary>
internal sealed partial class ConfigurationFolder(string directory, ConfigurationStore store, TimeProvider time, ILogger logger)
{
    /// <summary>How often the folder is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private bool _unlisted;

    /// <summary>Looks once: reads every file that is new, changed, or was refused the last time.</summary>
    public void Look()
    {
        var files = Files();
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            try
            {
                var (mark, settled) = Mark(path);
                if (_read.TryGetValue(name, out var last) && last == mark) continue;
                var before = store.Current;
                var refused = store.Apply(name, File.ReadAllBytes(path));
                if (refused is null)
                {
                    if (settled) _read[name] = mark;
                    _told.Remove(name);
                    if (!ReferenceEquals(before, store.Current)) Log.Taken(logger, name);
                    continue;
                }
                // A file caught in the middle of its writing may keep size and time: it is read again until it is good.
                _read.Remove(name);
                Tell(name, refused);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _read.Remove(name);
                var refused = store.Refuse(name, new ConfigurationError("$", $"cannot be read: {e.Message}"));
                Tell(name, refused);
            }
#pragma warning disable CA1031 // A document that meets a fault of ours must neither end the watch nor hide the other documents.
            catch (Exception e)
            {
                _read.Remove(name);
                Tell(name, store.Refuse(name, new ConfigurationError("$", $"cannot be applied: {e.GetType().Name}")));
            }
#pragma warning restore CA1031
        }
        if (store.Current.Refused.Count == 0) return;
        var names = files.Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        store.Forget(s => !s.Contains('/') && s.EndsWith(".json", StringComparison.Ordinal) && !names.Contains(s));
    }

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false)) Look();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    /// <summary>Says each reason once, not once a second.</summary>
    private void Tell(string name, RefusedConfiguration refused)
    {
        if (_told.TryGetValue(name, out var last) && last == refused.Because) return;
        _told[name] = refused.Because;
        Log.Refused(logger, name, refused.Because);
    }

    private string[] Files()
    {
        try
        {
            var files = Directory.GetFiles(directory, "*.json");
            Array.Sort(files, StringComparer.Ordinal);
            _unlisted = false;
            return files;
        }
        catch (DirectoryNotFoundException)
        {
            // The ConfigMap is optional: its folder appears with it.
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is held stays, and the next look may succeed.
            if (!_unlisted) Log.Unlisted(logger, directory, e.Message);
            _unlisted = true;
            return [];
        }
    }

    /// <summary>What tells a file from its next version; not settled while both could still bear the same time.</summary>
    private (string Mark, bool Settled) Mark(string path)
    {
        var target = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        var written = target.LastWriteTimeUtc;
        var settled = time.GetUtcNow().UtcDateTime - written > Granularity;
        return (string.Create(CultureInfo.InvariantCulture, $"{target.FullName}|{target.Length}|{written.Ticks}"), settled);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The configuration {File} is in force.")]
        public static partial void Taken(ILogger logger, string file);

        [LoggerMessage(2, LogLevel.Warning, "The configuration {File} is refused, the last good one stays: {Because}")]
        public static partial void Refused(ILogger logger, string file, string because);

        [LoggerMessage(3, LogLevel.Warning, "The folder of configurations cannot be read, what is held stays: {Folder}: {Because}")]
        public static partial void Unlisted(ILogger logger, string folder, string because);
    }
}
