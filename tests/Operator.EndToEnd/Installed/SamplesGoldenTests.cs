using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.EndToEnd.Harness;
using Operator.Testing;

namespace Operator.EndToEnd.Installed;

/// <summary>
/// What becomes of each sample, file by file: the ConfigMaps that limiters and revisions are, the status, and the events. Times, UIDs,
/// generations, shares that follow the number of limiters, and what is counted by traffic are left out. UPDATE_GOLDEN=1 writes the files anew.
/// </summary>
public partial class SamplesGoldenTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Volatile = ["traffic", "usage", "spend", "limiters", "observed", "since", "at", "lastTransitionTime", "startedAt", "completedAt", "acknowledgedAt", "lastProgressAt", "generation", "configurationGeneration", "boot"];

    [Fact]
    public async Task Each_sample_becomes_what_its_file_says()
    {
        await using var installation = await Installation.OpenAsync();
        await installation.InstallAsync();
        foreach (var (space, name) in new[] { ("support", "ticket-triage"), ("support", "macros"), ("docs", "release-notes") })
            await installation.MustAsync("wait", $"cdep/{name}", "-n", space, "--for=condition=Ready", "--timeout=110s");
        foreach (var (space, name) in new[] { ("platform", "organization"), ("support", "support-tools"), ("docs", "writing-tools") })
            await installation.MustAsync("wait", $"cq/{name}", "-n", space, "--for=condition=Ready", "--timeout=60s");
        // Each object's own last word: a moment later than its condition.
        await installation.UntilAsync(text => LastWords.All(w => text.Contains(w, StringComparison.Ordinal)), "get", "events", "-A");

        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in await ListAsync(installation, "cdep,cq")) files[$"status/{Space(item)}.{Name(item)}.json"] = Text(Scrub(item["status"]!));
        foreach (var item in await ListAsync(installation, "configmaps", "-l", "app.kubernetes.io/managed-by=claude-operator,claudeops.dev/deployment"))
            files[$"configmaps/{Space(item)}.{Name(item)}.json"] = Text(Opened(item));
        var events = await ListAsync(installation, "events");
        foreach (var own in events.Where(e => (string?)e["involvedObject"]!["kind"] is "ClaudeDeployment" or "ClaudeQuota" or "ClaudeEvalRun"
                     // Which quota arrives before its parent is chance.
                     && (string?)e["reason"] != "QuotaRejected").GroupBy(e => $"{Space(e)}.{e["involvedObject"]!["name"]}"))
            files[$"events/{own.Key}.txt"] = string.Join('\n', own.Select(e => Plain($"{e["type"]} {e["reason"]}: {e["message"]}")).Distinct().Order(StringComparer.Ordinal)) + "\n";
        Compare(files);
    }

    private static IReadOnlyList<string> LastWords { get; } = ["Promoted"];

    private static void Compare(SortedDictionary<string, string> files)
    {
        var folder = Repository.PathOf("tests", "Operator.EndToEnd", "Golden");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            foreach (var (name, text) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
                File.WriteAllText(Path.Combine(folder, name), text);
            }
        }
        var known = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal);
        Assert.Equal(known, files.Keys);
        foreach (var (name, text) in files) Assert.Equal(name + "\n" + File.ReadAllText(Path.Combine(folder, name)).ReplaceLineEndings("\n"), name + "\n" + text);
    }

    private static async Task<IReadOnlyList<JsonObject>> ListAsync(Installation installation, string kinds, params string[] more) =>
        [.. JsonNode.Parse(await installation.MustAsync(["get", kinds, "-A", "-o", "json", .. more]))!["items"]!.AsArray().Select(i => (JsonObject)i!)];

    /// <summary>A ConfigMap with its JSON opened, so that a difference can be read.</summary>
    private static JsonObject Opened(JsonObject map)
    {
        var data = new JsonObject();
        foreach (var (key, value) in map["data"]!.AsObject()) data[key] = key.EndsWith(".json", StringComparison.Ordinal) ? Scrub(JsonNode.Parse((string)value!)!) : value!.DeepClone();
        return new JsonObject { ["labels"] = map["metadata"]!["labels"]?.DeepClone(), ["data"] = data };
    }

    private static JsonNode Scrub(JsonNode node)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Where(p => !Volatile.Contains(p.Key) && p is { Value: not null } and not { Key: "fallback", Value: JsonObject }).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Scrub(p.Value!))));
            case JsonArray list:
                return new JsonArray([.. list.Select(i => i is null ? null : Scrub(i))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(Plain(value.GetValue<string>()));
            default:
                return node.DeepClone();
        }
    }

    private static string Plain(string text) => Clock().Replace(Time().Replace(text, "<time>"), "<time>");

    private static string Text(JsonNode node) => node.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n";

    private static string Space(JsonObject item) => (string)item["metadata"]!["namespace"]!;

    private static string Name(JsonObject item) => (string)item["metadata"]!["name"]!;

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\d\d:\d\d(:\d\d)? UTC")]
    private static partial Regex Clock();
}
