using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.Conformance.Replay;

/// <summary>
/// What the recording's identities are called in this run: UIDs, versions, generated names, continue tokens. A pair is bound where
/// it is first met; from then on the recorded value must always stand for the same live value, and the other way round.
/// </summary>
/// <param name="firstVersion">
/// The version of the first write of the recording: what a server made for itself before that has no order, for it may be as well
/// still making it. 0 orders everything.
/// </param>
public sealed partial class SymbolTable(long firstVersion = 0)
{
    private readonly Dictionary<string, string> _live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _recorded = new(StringComparer.Ordinal);
    private readonly SortedList<long, long> _versions = [];
    private readonly Dictionary<long, long> _own = [];
    private readonly Dictionary<long, string> _listVersions = [];
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);

    /// <summary>Binds or checks an identity (a UID, a generated name); returns what is wrong, or null.</summary>
    public string? Identity(string recorded, string live)
    {
        if (_live.TryGetValue(recorded, out var known))
            return known == live ? null : $"is another identity than before: expected {known}, got {live}";
        if (_recorded.TryGetValue(live, out var other))
            return $"reuses the identity {live}, which stands for the recorded {other}, not {recorded}";
        if (live.Length == 0) return "is empty";
        _live[recorded] = live;
        _recorded[live] = recorded;
        return null;
    }

    /// <summary>Binds or checks the version of an object: equal where the record's are equal, ordered as the record's are.</summary>
    public string? ObjectVersion(string recorded, string live)
    {
        if (!TryVersion(live, out var got)) return $"is not a version: '{live}'";
        var key = long.Parse(recorded, CultureInfo.InvariantCulture);
        if (_versions.TryGetValue(key, out var known) || _own.TryGetValue(key, out known))
            return known == got ? null : $"must be the version {known} that was answered before, got {got}";
        if (key < firstVersion)
        {
            _own[key] = got;
            return null;
        }
        foreach (var (before, version) in _versions)
        {
            if (before < key && version >= got) return $"must be later than {version} (recorded {before} < {key}), got {got}";
            if (before > key && version <= got) return $"must be earlier than {version} (recorded {before} > {key}), got {got}";
        }
        _versions[key] = got;
        return null;
    }

    /// <summary>Checks the version of a list or a bookmark: not before any object change that the recorded one includes.</summary>
    public string? ListVersion(string recorded, string live)
    {
        if (!TryVersion(live, out var got)) return $"is not a version: '{live}'";
        var key = long.Parse(recorded, CultureInfo.InvariantCulture);
        _listVersions[key] = live;
        foreach (var (before, version) in _versions)
            if (before <= key && version > got) return $"must not be before {version} (recorded {before} <= {key}), got {got}";
        return null;
    }

    /// <summary>Notes what a recorded continue token is called now.</summary>
    public void Token(string recorded, string live) => _tokens[recorded] = live;

    /// <summary>Remembers a live answer, so that later requests can send its times back.</summary>
    public void Remember(JsonObject recorded, JsonObject live)
    {
        if (Key(recorded) is { } key) _objects[key] = live.DeepClone().AsObject();
    }

    /// <summary>The recorded text with this run's identities and versions in their places.</summary>
    public string Substitute(string text)
    {
        foreach (var (recorded, live) in _tokens)
            text = text.Replace("continue=" + recorded, "continue=" + Uri.EscapeDataString(live), StringComparison.Ordinal);
        foreach (var (recorded, live) in _live) text = text.Replace(recorded, live, StringComparison.Ordinal);
        return VersionInText().Replace(text, m => m.Groups[1].Value + (LiveVersion(m.Groups[2].Value) ?? m.Groups[2].Value) + m.Groups[3].Value);
    }

    /// <summary>A request body with this run's identities, versions and times.</summary>
    public JsonNode? Substitute(JsonNode? body)
    {
        if (body is not JsonObject) return body is null ? null : JsonNode.Parse(Substitute(body.ToJsonString()));
        var copy = JsonNode.Parse(Substitute(body.ToJsonString()))!.AsObject();
        if (Key(body.AsObject()) is { } key && _objects.TryGetValue(key, out var live))
        {
            foreach (var field in new[] { "creationTimestamp", "managedFields" })
                if (copy["metadata"]![field] is not null) copy["metadata"]![field] = live["metadata"]?[field]?.DeepClone();
        }
        return copy;
    }

    private string? LiveVersion(string recorded)
    {
        if (!long.TryParse(recorded, CultureInfo.InvariantCulture, out var key)) return null;
        if (_versions.TryGetValue(key, out var version) || _own.TryGetValue(key, out version)) return version.ToString(CultureInfo.InvariantCulture);
        return _listVersions.GetValueOrDefault(key);
    }

    private static string? Key(JsonObject recorded) =>
        recorded["metadata"] is JsonObject metadata && metadata["uid"] is { } uid && metadata["resourceVersion"] is { } version
            ? $"{uid}/{version}"
            : null;

    private static bool TryVersion(string text, out long version) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0;

    [GeneratedRegex("""((?:resourceVersion\\*"?\s*[:=]\s*\\*"?)|(?:in record \())(\d+)(\b)""")]
    private static partial Regex VersionInText();
}
