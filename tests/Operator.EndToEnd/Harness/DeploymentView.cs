using System.Text.Json.Nodes;

namespace Operator.EndToEnd.Harness;

/// <summary>A ClaudeDeployment as its status tells it.</summary>
public sealed class DeploymentView(JsonObject value)
{
    public JsonObject Json => value;

    public JsonObject? Status => value["status"] as JsonObject;

    public long Generation => (long)value["metadata"]!["generation"]!;

    public long? Observed => (long?)Status?["observedGeneration"];

    public string? Phase => (string?)Status?["phase"];

    public string? Reason => (string?)Status?["reason"];

    public string? Message => (string?)Status?["message"];

    public string? Stable => (string?)Status?["stable"]?["promptVersion"];

    public string? StableRevision => (string?)Status?["stable"]?["revision"];

    public string? Canary => (string?)Status?["canary"]?["promptVersion"];

    public string? CanaryRevision => (string?)Status?["canary"]?["revision"];

    public string? Desired => (string?)Status?["weight"]?["desired"];

    public IReadOnlyList<JsonObject> Rejected => [.. (Status?["rejectedRevisions"] as JsonArray ?? []).OfType<JsonObject>()];

    public IReadOnlyList<JsonObject> History => [.. (Status?["history"] as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>A condition; null when it is absent.</summary>
    public JsonObject? Condition(string type) =>
        (Status?["conditions"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(c => (string?)c["type"] == type);

    /// <summary>Whether a condition is true, false, or absent.</summary>
    public string? ConditionStatus(string type) => (string?)Condition(type)?["status"];

    /// <summary>Whether the status speaks of the present spec.</summary>
    public bool IsCurrent => Observed == Generation;

    /// <summary>The status without what repeats itself.</summary>
    public override string ToString()
    {
        var shown = Status?.DeepClone().AsObject();
        foreach (var name in new[] { "traffic", "history", "diff", "gates" }) shown?.Remove(name);
        return shown?.ToJsonString() ?? "no status";
    }
}
