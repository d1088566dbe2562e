using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.Conformance.Replay;

/// <summary>Compares a live answer with the recorded one and says, path by path, what differs.</summary>
public sealed partial class JsonComparison(SymbolTable symbols)
{
    /// <summary>A recorded text in whose place any text may stand: what a column of a built-in kind means is documentation, which each server words for itself.</summary>
    public const string Anything = "*";

    private const int MaxDifferences = 25;
    private readonly List<string> _differences = [];

    public static IReadOnlyList<string> Compare(SymbolTable symbols, JsonNode? recorded, JsonNode? live)
    {
        var comparison = new JsonComparison(symbols);
        comparison.Node("$", recorded, live);
        return comparison._differences;
    }

    private void Differ(string path, string what)
    {
        if (_differences.Count < MaxDifferences) _differences.Add($"{path} {what}");
        else if (_differences.Count == MaxDifferences) _differences.Add("… and more");
    }

    private void Node(string path, JsonNode? recorded, JsonNode? live)
    {
        switch (recorded, live)
        {
            case (JsonObject r, JsonObject l):
                Object(path, r, l);
                break;
            case (JsonArray r, JsonArray l):
                Array(path, r, l);
                break;
            case (JsonValue r, JsonValue l) when r.GetValueKind() == JsonValueKind.String && (string?)r == Anything:
                if (l.GetValueKind() != JsonValueKind.String || ((string)l!).Length == 0) Differ(path, $"expected a text, got {Show(live)}");
                break;
            case (JsonValue r, JsonValue l) when r.GetValueKind() == JsonValueKind.String && l.GetValueKind() == JsonValueKind.String:
                Text(path, (string)r!, (string)l!);
                break;
            default:
                if (!JsonNode.DeepEquals(recorded, live)) Differ(path, $"expected {Show(recorded)}, got {Show(live)}");
                break;
        }
    }

    private void Object(string path, JsonObject recorded, JsonObject live)
    {
        if (path.EndsWith(".metadata", StringComparison.Ordinal)) Metadata(path, recorded, live);
        symbols.Remember(recorded, live);
        foreach (var (key, value) in recorded)
        {
            var at = $"{path}.{key}";
            if (!live.TryGetPropertyValue(key, out var got)) Differ(at, $"expected {Show(value)}, is missing");
            else if (IsHandled(path, key, recorded)) continue;
            else if (key == "uid" && value is JsonValue && got is JsonValue) Check(at, symbols.Identity((string)value!, (string)got!));
            else if (key == "managedFields") Array(at, ByManager(value!.AsArray()), got is JsonArray a ? ByManager(a) : []);
            else if (key == "causes" && value is JsonArray { Count: > 1 }) Array(at, ByField(value.AsArray()), got is JsonArray a ? ByField(a) : []);
            else if (key == "message" && HasSeveralCauses(recorded)) Text(at, Unordered((string)value!), Unordered((string)got!));
            else Node(at, value, got);
        }
        foreach (var (key, value) in live)
            if (!recorded.ContainsKey(key)) Differ($"{path}.{key}", $"was not expected, got {Show(value)}");
    }

    /// <summary>Names before versions and UIDs, so that what follows can be spoken of in this run's names.</summary>
    private void Metadata(string path, JsonObject recorded, JsonObject live)
    {
        if (recorded["generateName"] is { } prefix && recorded["name"] is { } name && live["name"] is { } liveName)
        {
            Check($"{path}.name", symbols.Identity((string)name!, (string)liveName!));
            var expected = new Regex("^" + Regex.Escape((string)prefix!) + "[a-z0-9]{5}$");
            if (!expected.IsMatch((string)liveName!)) Differ($"{path}.name", $"must be the prefix and five characters, got {liveName}");
        }
        if (recorded["uid"] is { } uid && live["uid"] is { } liveUid) Check($"{path}.uid", symbols.Identity((string)uid!, (string)liveUid!));
        if (recorded["resourceVersion"] is { } version && live["resourceVersion"] is { } liveVersion && ((string)version!).Length > 0 && (string)version! != Anything)
        {
            var isObject = recorded.ContainsKey("uid");
            Check($"{path}.resourceVersion", isObject
                ? symbols.ObjectVersion((string)version!, (string)liveVersion!)
                : symbols.ListVersion((string)version!, (string)liveVersion!));
        }
        if (recorded["continue"] is { } token && live["continue"] is { } liveToken)
        {
            if (((string)token!).Length == 0 != (((string)liveToken!).Length == 0))
                Differ($"{path}.continue", $"expected '{token}', got '{liveToken}'");
            else if (((string)token!).Length > 0)
                // The same position is the same text only by chance (a token may carry the version), so the newest one counts.
                symbols.Token((string)token!, (string)liveToken!);
        }
    }

    private static bool IsHandled(string path, string key, JsonObject recorded) =>
        path.EndsWith(".metadata", StringComparison.Ordinal)
        && (key is "uid" or "continue"
            || (key == "name" && recorded.ContainsKey("generateName"))
            || (key == "resourceVersion" && ((string)recorded[key]!).Length > 0));

    private void Array(string path, JsonArray recorded, JsonArray live)
    {
        for (var i = 0; i < Math.Min(recorded.Count, live.Count); i++) Node($"{path}[{i}]", recorded[i], live[i]);
        for (var i = live.Count; i < recorded.Count; i++) Differ($"{path}[{i}]", $"expected {Show(recorded[i])}, is missing");
        for (var i = recorded.Count; i < live.Count; i++) Differ($"{path}[{i}]", $"was not expected, got {Show(live[i])}");
    }

    private void Text(string path, string recorded, string live)
    {
        if (path.Contains(".cells[", StringComparison.Ordinal) && Volatile.IsAge(recorded) && Volatile.IsAge(live)) return;
        var expected = Current().Replace(Volatile.RecordedTimes(symbols.Substitute(recorded)), "current: #");
        var got = Current().Replace(Volatile.LiveTimes(live), "current: #");
        if (expected != got) Differ(path, $"expected {Show(expected)}, got {Show(got)}");
    }

    private void Check(string path, string? problem)
    {
        if (problem is not null) Differ(path, problem);
    }

    private static JsonArray ByManager(JsonArray entries) =>
        new([.. entries.OrderBy(e => $"{e?["manager"]}|{e?["operation"]}|{e?["subresource"]}|{e?["apiVersion"]}", StringComparer.Ordinal)
            .Select(e => e?.DeepClone())]);

    // Several errors are reported in the order of a map's iteration, which differs from call to call.
    private static JsonArray ByField(JsonArray causes) =>
        new([.. causes.OrderBy(c => $"{c?["field"]}|{c?["reason"]}|{c?["message"]}", StringComparer.Ordinal).Select(c => c?.DeepClone())]);

    private static bool HasSeveralCauses(JsonObject status) => status["details"]?["causes"] is JsonArray { Count: > 1 };

    internal static string Unordered(string message) =>
        message.IndexOf('[', StringComparison.Ordinal) is var open and >= 0
            ? message[..open] + string.Join(", ", message[(open + 1)..].TrimEnd(']').Split(", ").Order(StringComparer.Ordinal))
            : message;

    private static string Show(string text) => JsonValue.Create(text)!.ToJsonString(Options);

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString(Options) ?? "null";
        return text.Length <= 600 ? text : text[..600] + "…";
    }

    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"current: \d+")]
    private static partial Regex Current();
}
