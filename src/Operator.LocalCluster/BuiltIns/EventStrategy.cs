using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Events: one stored object, seen as core/v1 and as events.k8s.io/v1. The core form is stored.</summary>
internal sealed class EventStrategy(bool core) : BuiltInStrategy(TypeCatalog.Get(core ? "Event" : "EventsV1Event"))
{
    private static readonly (string Core, string New)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    /// <inheritdoc/>
    public override bool LeadsWithName => false;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        value.Default(core ? "source" : "deprecatedSource", new JsonObject());
        foreach (var name in core ? (string[])["firstTimestamp", "lastTimestamp", "eventTime"] : ["deprecatedFirstTimestamp", "deprecatedLastTimestamp", "eventTime"])
            value.TryAdd(name, null);
        if (!core)
            return;
        value.Default("reportingComponent", "");
        value.Default("reportingInstance", "");
    }

    /// <inheritdoc/>
    public override void ToStorage(JsonObject value) => Rename(value, toCore: true);

    /// <inheritdoc/>
    public override void FromStorage(JsonObject value) => Rename(value, toCore: false);

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        var space = value.Text("metadata", "namespace") ?? "";
        var about = value.Text(core ? "involvedObject" : "regarding", "namespace") ?? "";
        // Events about cluster-scoped objects stand in the default namespace.
        if (about != space && !(about.Length == 0 && space == "default"))
            yield return Invalid("involvedObject.namespace", about, "does not match event.namespace");
        if (live is not null)
            yield break;
        if (value["eventTime"] is null)
        {
            if (!core)
                yield return Required("eventTime");
            yield break;
        }
        var controller = core ? "reportingComponent" : "reportingController";
        foreach (var (field, limit) in ((string, int)[])[(controller, 253), ("reportingInstance", 128), ("action", 128), ("reason", 128)])
        {
            var text = value.Text(field) ?? "";
            var path = field == "reportingComponent" ? "reportingController" : field;
            if (text.Length == 0)
                yield return Required(path);
            else if (Encoding.UTF8.GetByteCount(text) > limit)
                yield return Invalid(path, "", $"can have at most {limit} characters");
        }
        if (value.Text("type") is not ("Normal" or "Warning"))
            yield return Invalid("type", "", $"has invalid value: {value.Text("type")}");
        if (Encoding.UTF8.GetByteCount(value.Text(core ? "message" : "note") ?? "") > 1024)
            yield return Invalid("message", "", "can have at most 1024 characters");
    }

    private void Rename(JsonObject value, bool toCore)
    {
        if (core)
            return;
        value["apiVersion"] = toCore ? "v1" : "events.k8s.io/v1";
        foreach (var (coreName, newName) in Names)
        {
            var (from, to) = toCore ? (newName, coreName) : (coreName, newName);
            if (!value.TryGetPropertyValue(from, out var node))
                continue;
            value.Remove(from);
            value[to] = node;
        }
        if (!toCore && value.Text("reportingController") is "")
            value.Remove("reportingController");
        if (!toCore && value.Text("reportingInstance") is "")
            value.Remove("reportingInstance");
    }
}
