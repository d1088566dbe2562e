using System.Text.Json.Nodes;

namespace Operator.EndToEnd.Harness;

/// <summary>A change of an object.</summary>
public sealed record Change(string Resource, string Type, JsonObject Object)
{
    public string Namespace => (string?)Object["metadata"]?["namespace"] ?? "";

    public string Name => (string)Object["metadata"]!["name"]!;
}

/// <summary>Watches the cluster like an attentive user: the present state and everything that happened, in order.</summary>
public sealed class ClusterRecord : IAsyncDisposable
{
    private static readonly (string Resource, string Path)[] Watched =
    [
        ("configmaps", "/api/v1/configmaps"),
        ("events", "/apis/events.k8s.io/v1/events"),
        ("claudedeployments", "/apis/claudeops.dev/v1alpha1/claudedeployments"),
        ("claudequotas", "/apis/claudeops.dev/v1alpha1/claudequotas"),
        ("claudeevalruns", "/apis/claudeops.dev/v1alpha1/claudeevalruns"),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Resource, string Namespace, string Name), JsonObject> _objects = [];
    private readonly List<Change> _changes = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private Task[] _watches = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClusterRecord(HttpClient http) => _http = http;

    /// <summary>Everything that happened since the start.</summary>
    public IReadOnlyList<Change> Changes
    {
        get { lock (_gate) return [.. _changes]; }
    }

    /// <summary>Completes with the next change.</summary>
    public Task NextChange
    {
        get { lock (_gate) return _changed.Task; }
    }

    public JsonObject? Find(string resource, string @namespace, string name)
    {
        lock (_gate) return _objects.GetValueOrDefault((resource, @namespace, name));
    }

    public IReadOnlyList<JsonObject> All(string resource)
    {
        lock (_gate) return [.. _objects.Where(o => o.Key.Resource == resource).OrderBy(o => o.Key.Namespace + "/" + o.Key.Name, StringComparer.Ordinal).Select(o => o.Value)];
    }

    /// <summary>Starts; the present state is there when the task completes.</summary>
    public async Task StartAsync()
    {
        var lists = new List<(string Resource, string Path, string Version)>();
        foreach (var (resource, path) in Watched) lists.Add((resource, path, await ListAsync(resource, path)));
        _watches = [.. lists.Select(l => WatchAsync(l.Resource, l.Path, l.Version))];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_watches);
        _stop.Dispose();
    }

    private async Task<string> ListAsync(string resource, string path)
    {
        var list = JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), _stop.Token))!.AsObject();
        lock (_gate)
        {
            var seen = new HashSet<(string, string, string)>();
            foreach (var item in list["items"]!.AsArray())
            {
                var change = new Change(resource, "ADDED", item!.AsObject());
                seen.Add((resource, change.Namespace, change.Name));
                var known = _objects.GetValueOrDefault((resource, change.Namespace, change.Name));
                if ((string?)known?["metadata"]?["resourceVersion"] != (string?)change.Object["metadata"]?["resourceVersion"]) Take(change);
            }
            foreach (var (key, gone) in _objects.Where(o => o.Key.Resource == resource && !seen.Contains(o.Key)).ToList()) Take(new Change(resource, "DELETED", gone));
        }
        return (string)list["metadata"]!["resourceVersion"]!;
    }

    private async Task WatchAsync(string resource, string path, string version)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _http.GetAsync(
                    new Uri($"{path}?watch=1&resourceVersion={version}&allowWatchBookmarks=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _stop.Token);
                response.EnsureSuccessStatusCode();
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(_stop.Token));
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    var message = JsonNode.Parse(line)!.AsObject();
                    var value = message["object"]!.AsObject();
                    var type = (string)message["type"]!;
                    if (type == "ERROR") throw new HttpRequestException(value.ToJsonString());
                    message.Remove("object");
                    version = (string)value["metadata"]!["resourceVersion"]!;
                    if (type == "BOOKMARK") continue;
                    lock (_gate) Take(new Change(resource, type, value));
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                if (_stop.IsCancellationRequested) return;
                version = await ListAsync(resource, path);
            }
        }
    }

    private void Take(Change change)
    {
        var key = (change.Resource, change.Namespace, change.Name);
        if (change.Type == "DELETED") _objects.Remove(key);
        else _objects[key] = change.Object;
        _changes.Add(change);
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }
}
