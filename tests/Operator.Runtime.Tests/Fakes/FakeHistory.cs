using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Tests.Fakes;

/// <summary>The versions of all objects: what a list at any version and a watch from any version is made from.</summary>
public sealed class FakeHistory
{
    private readonly List<Entry> _log = [];
    private readonly Dictionary<(string, ObjectKey), JsonObject> _present = [];

    /// <summary>The version of the last change.</summary>
    public long Version { get; private set; } = 100;

    /// <summary>Watches and page tokens from before this version are answered with 410.</summary>
    public long Oldest { get; private set; }

    public sealed record Entry(long Version, string Resource, ObjectKey Key, WatchEventType Type, JsonObject Object);

    public void Add(string resource, ObjectKey key, WatchEventType type, JsonObject stored)
    {
        Version++;
        stored["metadata"]!["resourceVersion"] = Text(Version);
        _log.Add(new Entry(Version, resource, key, type, stored));
        if (type == WatchEventType.Deleted) _present.Remove((resource, key));
        else _present[(resource, key)] = stored;
    }

    public JsonObject? Latest(string resource, ObjectKey key) => _present.GetValueOrDefault((resource, key));

    /// <summary>Moves the version on without a change of these kinds, as other kinds do.</summary>
    public void Skip() => Version++;

    public void Compact() => Oldest = Version;

    public IEnumerable<Entry> After(long version, string resource, string? @namespace) =>
        _log.SkipWhile(e => e.Version <= version).Where(e => e.Resource == resource && (@namespace is null || e.Key.Namespace == @namespace));

    public List<JsonObject> At(long version, string resource, string? @namespace)
    {
        var state = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var entry in _log.TakeWhile(e => e.Version <= version))
        {
            if (entry.Resource != resource || (@namespace is not null && entry.Key.Namespace != @namespace)) continue;
            if (entry.Type == WatchEventType.Deleted) state.Remove(entry.Key.ToString());
            else state[entry.Key.ToString()] = entry.Object;
        }
        return [.. state.Values];
    }

    public static string Text(long version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static long Number(string? version) => long.Parse(version!, System.Globalization.CultureInfo.InvariantCulture);
}
