using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.EndToEnd.Harness;

/// <summary>Reads from the limiter ConfigMaps who was to serve, in the order of their writes.</summary>
public static class Weights
{
    /// <summary>
    /// The distinct states that follow one another, such as <c>v1</c>, <c>v1+v2@1%</c>, <c>v1+v2@100%</c>, <c>v2</c>. Revisions are shown by
    /// their prompt version.
    /// </summary>
    public static IReadOnlyList<string> Sequence(ClusterRecord cluster, string @namespace, string deployment)
    {
        var states = new List<string>();
        foreach (var change in cluster.Changes)
        {
            if (change.Resource != "configmaps" || change.Namespace != @namespace || change.Name != "claude-limiter-" + deployment) continue;
            var state = change.Type == "DELETED" ? "deleted" : Describe((string?)change.Object["data"]?["deployment.json"]);
            if (states.Count == 0 || states[^1] != state) states.Add(state);
        }
        return states;
    }

    /// <summary>Describes a limiter configuration.</summary>
    public static string Describe(string? text)
    {
        JsonNode? configuration;
        try
        {
            configuration = text is null ? null : JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return "unreadable";
        }
        if (configuration is null) return "empty";
        var stable = (string?)configuration["stable"]?["promptVersion"] ?? "none";
        var weight = (int?)configuration["canaryWeight"] ?? 0;
        var canary = (string?)configuration["canary"]?["promptVersion"];
        return canary is null || weight == 0 ? stable : $"{stable}+{canary}@{(weight / 100.0).ToString(CultureInfo.InvariantCulture)}%";
    }
}
