using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Roles and their bindings.</summary>
internal sealed class RoleStrategy(string kind) : BuiltInStrategy(TypeCatalog.Get(kind))
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <inheritdoc/>
    public override string? ValidateName(string name) => NameRules.PathSegment(name);

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (!kind.EndsWith("Binding", StringComparison.Ordinal))
        {
            value.TryAdd("rules", null);
            return;
        }
        foreach (var subject in value.Children("subjects"))
            if (subject.Text("kind") is "User" or "Group")
                subject.Default("apiGroup", Group);
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        var index = 0;
        foreach (var rule in value.Children("rules"))
        {
            var path = $"rules[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            if (!rule.Texts("verbs").Any())
                yield return Required(path + ".verbs", "verbs must contain at least one value");
            if (rule.Texts("nonResourceURLs").Any())
            {
                if (kind == "Role")
                    yield return Invalid(path + ".nonResourceURLs", rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs");
                continue;
            }
            if (!rule.Texts("apiGroups").Any())
                yield return Required(path + ".apiGroups", "resource rules must supply at least one api group");
            if (!rule.Texts("resources").Any())
                yield return Required(path + ".resources", "resource rules must supply at least one resource");
        }
        index = 0;
        foreach (var subject in value.Children("subjects"))
        {
            var path = $"subjects[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            if (subject.Text("kind") is not ("ServiceAccount" or "User" or "Group"))
            {
                yield return new(path + ".kind", "FieldValueNotSupported",
                    $"Unsupported value: \"{subject.Text("kind")}\": supported values: \"Group\", \"ServiceAccount\", \"User\"");
            }
            else if (subject.Text("kind") == "ServiceAccount" && string.IsNullOrEmpty(subject.Text("namespace")))
            {
                yield return Required(path + ".namespace");
            }
        }
        if (live is not null && live.ContainsKey("roleRef") && !JsonNode.DeepEquals(value["roleRef"], live["roleRef"]))
            yield return Invalid("roleRef", value["roleRef"], "cannot change roleRef");
    }
}
