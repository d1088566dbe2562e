using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Deployments, ReplicaSets, StatefulSets and DaemonSets: a selector, a template, and a status that controllers write.</summary>
internal sealed class WorkloadStrategy(string kind) : BuiltInStrategy(TypeCatalog.Get(kind))
{
    /// <inheritdoc/>
    public override bool CountsAnnotations => kind == "Deployment";

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (value["spec"] is not JsonObject spec)
            return;
        PodDefaults.Apply(spec.Child("template", "spec"));
        if (kind != "Deployment")
            return;
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate")
            return;
        var rolling = strategy.Ensure("rollingUpdate");
        rolling.Default("maxUnavailable", "25%");
        rolling.Default("maxSurge", "25%");
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        if (value.Number("spec", "replicas") is < 0 and var replicas)
            yield return Invalid("spec.replicas", replicas, "must be greater than or equal to 0");
        var selector = value.Child("spec", "selector");
        var labels = value.Child("spec", "template", "metadata", "labels");
        if (selector is { Count: 0 })
            yield return Invalid("spec.selector", selector, $"empty selector is invalid for {kind.ToLowerInvariant()}");
        else if (selector is not null && value.Child("spec", "template") is not null && !LabelSelection.Matches(selector, labels))
            yield return Invalid("spec.template.metadata.labels", labels ?? [], "`selector` does not match template `labels`");
        foreach (var error in PodValidation.Errors(value.Child("spec", "template", "spec"), "spec.template.spec"))
            yield return error;
        if (value.Text("spec", "template", "spec", "restartPolicy") is { } policy and not "Always")
        {
            yield return new("spec.template.spec.restartPolicy", "FieldValueNotSupported",
                $"Unsupported value: \"{policy}\": supported values: \"Always\"");
        }
        if (kind == "Deployment" && value.Text("spec", "strategy", "type") == "Recreate"
            && value.Child("spec", "strategy", "rollingUpdate") is not null)
        {
            yield return Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        }
        if (live is not null)
            foreach (var error in Immutable(value, live, "spec", "selector"))
                yield return error;
    }
}
