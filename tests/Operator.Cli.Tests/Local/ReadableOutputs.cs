using System.Text;
using System.Text.Json.Nodes;
using Operator.Cli.Local.Platform;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Tests.Local;

/// <summary>
/// Everything that a running platform lets people and collectors read: every object of the API server but Secrets, the logs of all
/// containers, the metrics of operator and limiters, and what tests add.
/// </summary>
internal sealed class ReadableOutputs(LocalPlatform platform)
{
    private readonly List<(string Where, string Text)> _all = [];

    /// <summary>All places that were read, and that told something.</summary>
    public IEnumerable<string> Places => _all.Where(o => o.Text.Length > 0).Select(o => o.Where);

    /// <summary>Adds a text.</summary>
    public void Add(string where, string text) => _all.Add((where, text));

    /// <summary>Reads what can be read now.</summary>
    public async Task CollectAsync()
    {
        foreach (var list in await ListsAsync()) await ObjectsAsync(list);
        using var http = new HttpClient();
        foreach (var pod in (await platform.Client.ListAsync<V1Pod>(new ListOptions())).Items)
        {
            var (space, name) = (pod.Metadata.NamespaceProperty, pod.Metadata.Name);
            foreach (var container in (pod.Spec!.Containers ?? []).Concat(pod.Spec.InitContainers ?? []))
                Add($"log {space}/{name}/{container.Name}", await platform.Client.GetTextAsync($"/api/v1/namespaces/{space}/pods/{name}/log?container={container.Name}"));
            // The limiter of an eval ends with it, and its state is a moment late.
            if (pod.Status is not { Phase: "Running", PodIP: { } address } || pod.Metadata.OwnerReferences?.Any(o => o.Kind == "Job") == true) continue;
            var port = space == "claude-operator-system" ? 8080 : 8788;
            Add($"metrics {space}/{name}", await http.GetStringAsync(new Uri($"http://{address}:{port}/metrics")));
        }
    }

    /// <summary>Where a word stands, as it is or in base64.</summary>
    public IReadOnlyList<string> Holding(string word)
    {
        // A word in the middle of a text that was encoded stands there in one of three forms; these parts of them never depend on what is around it.
        var forms = Enumerable.Range(0, 3).Select(shift => Convert.ToBase64String([.. new byte[shift], .. Encoding.UTF8.GetBytes(word)])[(shift == 0 ? 0 : 4)..^4]).Append(word).ToList();
        return [.. _all.Where(o => forms.Exists(f => o.Text.Contains(f, StringComparison.Ordinal))).Select(o => o.Where).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What all places of a kind tell.</summary>
    public string Told(string kind) => string.Concat(_all.Where(o => o.Where.StartsWith(kind, StringComparison.Ordinal)).Select(o => o.Text));

    private async Task<List<string>> ListsAsync()
    {
        var lists = new List<string>();
        var groups = JsonNode.Parse(await platform.Client.GetTextAsync("/apis", "application/json"))!["groups"]!.AsArray();
        foreach (var root in groups.SelectMany(g => g!["versions"]!.AsArray()).Select(v => $"/apis/{v!["groupVersion"]}").Prepend("/api/v1"))
        {
            var resources = JsonNode.Parse(await platform.Client.GetTextAsync(root, "application/json"))!["resources"]!.AsArray();
            lists.AddRange(resources.Where(r => r!["verbs"]!.AsArray().Any(v => (string?)v == "list") && (string?)r["name"] != "secrets").Select(r => $"{root}/{r!["name"]}"));
        }
        return lists;
    }

    private async Task ObjectsAsync(string list)
    {
        var kind = list[(list.LastIndexOf('/') + 1)..];
        foreach (var item in JsonNode.Parse(await platform.Client.GetTextAsync(list, "application/json"))!["items"]!.AsArray())
            Add($"{kind} {item!["metadata"]!["namespace"]}/{item["metadata"]!["name"]}", item.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }
}
