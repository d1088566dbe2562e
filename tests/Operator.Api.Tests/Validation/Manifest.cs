using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api.Tests.Validation;

/// <summary>Manifests with everything in them, and changes to them.</summary>
internal static class Manifest
{
    public static KubernetesJson Json { get; } = new(ApiJsonContext.Default);

    public const string Deployment = """
        {"apiVersion":"claudeops.dev/v1alpha1","kind":"ClaudeDeployment","metadata":{"name":"triage","namespace":"support"},"spec":{
          "model":"claude-sonnet-5-5","prompt":{"name":"ticket-triage","version":"v14","delivery":"Inject"},
          "parameters":{"maxTokens":900,"effort":"medium"},"quotaRef":{"name":"support-tools"},"lane":"interactive",
          "fallback":[{"model":"claude-haiku-5-5"}],
          "canary":{"steps":[{"weight":1,"hold":"5m","minRequests":200},{"weight":"10%","hold":"15m"},{"pause":{}},{"weight":50,"hold":"15m"}],"stickyBy":"Conversation"},
          "gates":{"evals":[
              {"name":"golden","suite":{"configMap":"triage-evals"},"passRate":"95%","maxRegression":"2%","confidence":"95%","slices":{"worst":"85%"}},
              {"name":"in-house","http":{"url":"https://evals.internal/triage","timeout":"10m"},"passRate":"90%"},
              {"name":"nightly","job":{"fromCronJob":"triage-eval"},"at":"10%"},
              {"name":"ci","external":{}}],
            "live":[{"metric":"errorRate","maxIncrease":"1%","proof":"NoHarm"},{"metric":"latencyP95","max":"18s"},
              {"metric":"costPerRequest","maxIncrease":"20%"},{"metric":"cacheHitRatio","min":"55%","warmup":"5m"}]},
          "rollback":{"onFailure":"Automatic","window":{"revisions":3,"maxAge":"24h"}},"progressDeadline":"2h",
          "workloadSelector":{"matchLabels":{"app":"triage"}}}}
        """;

    public const string Quota = """
        {"apiVersion":"claudeops.dev/v1alpha1","kind":"ClaudeQuota","metadata":{"name":"support-tools","namespace":"support"},"spec":{
          "parentRef":{"name":"organization","namespace":"platform"},"allowedNamespaces":["chat","mail"],
          "limits":[{"models":["claude-sonnet-5-5"],"requestsPerMinute":4000,"inputTokensPerMinute":4000000,"outputTokensPerMinute":800000}],
          "share":{"guarantee":"40%","borrowing":"30%","weight":2},
          "lanes":{"interactive":{"reserve":"50%"},"bulk":{"max":"30%","window":"20:00-06:00 Europe/Berlin"}},
          "spend":{"monthly":500,"daily":40,"currency":"USD","alertAt":[50,80,95],"onExhausted":"ShedBulk"},
          "perUser":{"requestsPerMinute":60,"dailySpend":2,"action":"Throttle"},
          "credentialsRef":{"secretName":"claude-api-key","key":"api-key"},"source":"Declared"}}
        """;

    public const string EvalRun = """
        {"apiVersion":"claudeops.dev/v1alpha1","kind":"ClaudeEvalRun","metadata":{"name":"triage-ci-0123456789-0","namespace":"support"},"spec":{
          "deploymentRef":{"name":"triage"},"revision":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","gate":"ci",
          "suiteDigest":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","attempt":0,
          "result":{"passed":95,"total":100,"slices":[{"name":"de","passed":45,"total":50},{"name":"en","passed":50,"total":50}],"report":"https://ci.example/1"}}}
        """;

    /// <summary>A manifest with the value at a path replaced; <c>-</c> removes it.</summary>
    public static JsonObject With(string manifest, string path, string json)
    {
        var root = JsonNode.Parse(manifest)!;
        var parts = path.Replace("]", "", StringComparison.Ordinal).Split('.', '[');
        var node = root;
        foreach (var part in parts[..^1]) node = node is JsonArray items ? items[int.Parse(part)]! : node[part] ??= new JsonObject();
        var value = json == "-" ? null : JsonNode.Parse(json);
        if (node is JsonArray list) list[int.Parse(parts[^1])] = value;
        else if (json == "-") node.AsObject().Remove(parts[^1]);
        else node[parts[^1]] = value;
        return root.AsObject();
    }

    /// <summary>Reads an object as the client does.</summary>
    public static T Read<T>(JsonNode node)
        where T : class, IKubernetesObject<V1ObjectMeta>, IToleratesUnreadable, new()
    {
        try
        {
            return Json.FromNode<T>(node);
        }
        catch (System.Text.Json.JsonException error)
        {
            return new T { Unreadable = new UnreadableObjectException(typeof(T), "an object", error) };
        }
    }
}
