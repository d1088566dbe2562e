using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;

namespace Operator.EndToEnd.Harness;

/// <summary>A user of the cluster who speaks plain HTTP. Manifests are applied by the server, as GitOps tools do.</summary>
public sealed class UserClient(HttpClient http)
{
    private static readonly Dictionary<string, (string Prefix, string Plural, bool Namespaced)> Kinds = new(StringComparer.Ordinal)
    {
        ["v1/Namespace"] = ("/api/v1", "namespaces", false),
        ["v1/ConfigMap"] = ("/api/v1", "configmaps", true),
        ["v1/Secret"] = ("/api/v1", "secrets", true),
        ["v1/Service"] = ("/api/v1", "services", true),
        ["v1/ServiceAccount"] = ("/api/v1", "serviceaccounts", true),
        ["v1/Pod"] = ("/api/v1", "pods", true),
        ["apps/v1/Deployment"] = ("/apis/apps/v1", "deployments", true),
        ["batch/v1/CronJob"] = ("/apis/batch/v1", "cronjobs", true),
        ["apiextensions.k8s.io/v1/CustomResourceDefinition"] = ("/apis/apiextensions.k8s.io/v1", "customresourcedefinitions", false),
        ["claudeops.dev/v1alpha1/ClaudeDeployment"] = ("/apis/claudeops.dev/v1alpha1", "claudedeployments", true),
        ["claudeops.dev/v1alpha1/ClaudeQuota"] = ("/apis/claudeops.dev/v1alpha1", "claudequotas", true),
        ["claudeops.dev/v1alpha1/ClaudeEvalRun"] = ("/apis/claudeops.dev/v1alpha1", "claudeevalruns", true),
    };

    public HttpClient Http => http;

    /// <summary>What is waited for after each write; null for nothing.</summary>
    public Func<Task>? AfterWrite { get; set; }

    /// <summary>Applies every document of a text; answers the objects as the server has them.</summary>
    public async Task<IReadOnlyList<JsonObject>> ApplyAsync(string yaml, string manager = "gitops")
    {
        var applied = new List<JsonObject>();
        foreach (var document in KubernetesYaml.Parse(yaml)) applied.Add(await ApplyAsync(document.AsObject(), manager));
        return applied;
    }

    public async Task<JsonObject> ApplyAsync(JsonObject manifest, string manager = "gitops")
    {
        var answer = await SendAsync(
            HttpMethod.Patch, $"{PathOf(manifest)}?fieldManager={manager}&force=true", manifest.ToJsonString(), "application/apply-patch+yaml");
        return answer.Must();
    }

    public Task<ApiAnswer> MergeAsync(string path, string patch) => SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json");

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    public Task<ApiAnswer> CreateAsync(JsonObject manifest, string query = "")
    {
        var path = PathOf(manifest);
        return SendAsync(HttpMethod.Post, path[..path.LastIndexOf('/')] + query, manifest.ToJsonString(), "application/json");
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, string? type)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type!);
        using var response = await http.SendAsync(request);
        var answer = new ApiAnswer($"{method} {path}", response.StatusCode, await response.Content.ReadAsStringAsync());
        if (method != HttpMethod.Get && AfterWrite is { } after) await after();
        return answer;
    }

    /// <summary>The path of an object.</summary>
    public static string PathOf(JsonObject manifest)
    {
        var kind = $"{manifest["apiVersion"]}/{manifest["kind"]}";
        if (!Kinds.TryGetValue(kind, out var known)) throw new InvalidOperationException($"The harness does not know {kind}.");
        var name = (string?)manifest["metadata"]?["name"];
        return known.Namespaced
            ? $"{known.Prefix}/namespaces/{(string?)manifest["metadata"]?["namespace"] ?? "default"}/{known.Plural}/{name}"
            : $"{known.Prefix}/{known.Plural}/{name}";
    }
}

/// <summary>An answer of the API server.</summary>
public sealed record ApiAnswer(string Request, HttpStatusCode Status, string Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public JsonObject Json => JsonNode.Parse(Body)?.AsObject() ?? throw new InvalidDataException($"{Request}: no object in the answer: {Body}");

    /// <summary>The object, where the server did what was asked.</summary>
    public JsonObject Must() => IsSuccess ? Json : throw new InvalidOperationException($"{Request}: {(int)Status}: {Body}");
}
