using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.CustomResources;

/// <summary>What is wrong with a CustomResourceDefinition beyond the schema of its kind.</summary>
internal static partial class DefinitionValidation
{
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];

    /// <summary>All errors; <paramref name="live"/> is null on create.</summary>
    public static IEnumerable<FieldError> Errors(JsonObject value, JsonObject? live)
    {
        var spec = value.Child("spec");
        foreach (var error in NameErrors(value, spec).Concat(VersionErrors(spec)))
            yield return error;
        if (live is null)
            yield break;
        foreach (var stored in value.Texts("status", "storedVersions").Select((name, index) => (name, index)))
        {
            if (spec.Children("versions").All(version => version.Text("name") != stored.name))
            {
                yield return Invalid($"status.storedVersions[{stored.index.ToString(CultureInfo.InvariantCulture)}]", stored.name,
                    $"missing from spec.versions; {stored.name} was previously a storage version, and must remain in spec.versions until a "
                    + $"storage migration ensures no data remains persisted in {stored.name} and removes {stored.name} from status.storedVersions");
            }
        }
        if (!Conditions.IsTrue(live, "Established"))
            yield break;
        foreach (var path in (string[][])[["spec", "scope"], ["spec", "names", "kind"], ["spec", "group"], ["spec", "names", "plural"]])
            if (value.Text(path) != live.Text(path))
                yield return Invalid(string.Join('.', path), value.Text(path) ?? "", "field is immutable");
    }

    private static IEnumerable<FieldError> NameErrors(JsonObject value, JsonObject? spec)
    {
        var group = spec.Text("group") ?? "";
        var plural = spec.Text("names", "plural") ?? "";
        var name = value.Text("metadata", "name") ?? "";
        if (group.Length > 0 && plural.Length > 0 && name != $"{plural}.{group}")
            yield return Invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        if (group.Length > 0 && !group.Contains('.', StringComparison.Ordinal))
            yield return Invalid("spec.group", group, "should be a domain with at least one dot");
        if (group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal))
        {
            if (string.IsNullOrEmpty(value.Text("metadata", "annotations", "api-approved.kubernetes.io")))
            {
                yield return new("metadata.annotations[api-approved.kubernetes.io]", "FieldValueRequired",
                    "Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see "
                    + "https://github.com/kubernetes/enhancements/pull/1111");
            }
        }
        foreach (var field in (string[])["plural", "singular", "kind", "listKind"])
        {
            var text = spec.Text("names", field) ?? "";
            if (text.Length > 0 && !Label1035().IsMatch(text.ToLowerInvariant()))
                yield return Invalid("spec.names." + field, text, LabelReason);
        }
        if (spec.Text("names", "kind") is { Length: > 0 } kind && kind == spec.Text("names", "listKind"))
            yield return Invalid("spec.names.listKind", kind, "kind and listKind may not be the same");
    }

    private static IEnumerable<FieldError> VersionErrors(JsonObject? spec)
    {
        var versions = spec.Children("versions").ToList();
        if (versions.Count(version => version.Flag("storage") == true) != 1)
            yield return Invalid("spec.versions", spec?["versions"], "must have exactly one version marked as storage version");
        if (versions.Select(version => version.Text("name")).Distinct().Count() != versions.Count)
            yield return Invalid("spec.versions", spec?["versions"], "must contain unique version names");
        // The real server keeps one schema, and one set of columns, for all versions when they are equal; paths tell so.
        var shared = versions.All(version => JsonNode.DeepEquals(version["schema"], versions[0]["schema"]));
        var sharedColumns = versions.All(version => JsonNode.DeepEquals(version["additionalPrinterColumns"], versions[0]["additionalPrinterColumns"]));
        for (var i = 0; i < versions.Count; i++)
        {
            var path = $"spec.versions[{i.ToString(CultureInfo.InvariantCulture)}]";
            var name = versions[i].Text("name") ?? "";
            if (name.Length > 0 && !Label1035().IsMatch(name))
                yield return Invalid(path + ".name", name, LabelReason);
            if (versions[i].Child("schema", "openAPIV3Schema") is not { } schema)
                yield return new(path + ".schema.openAPIV3Schema", "FieldValueRequired", "Required value: schemas are required");
            else if (!shared || i == 0)
                foreach (var error in StructuralRules.Errors(schema, shared ? "spec.validation.openAPIV3Schema" : path + ".schema.openAPIV3Schema"))
                    yield return error;
            if (!sharedColumns || i == 0)
                foreach (var error in ColumnErrors(versions[i], sharedColumns ? "spec.additionalPrinterColumns" : path + ".additionalPrinterColumns"))
                    yield return error;
        }
    }

    private static IEnumerable<FieldError> ColumnErrors(JsonObject version, string path)
    {
        var index = 0;
        foreach (var column in version.Children("additionalPrinterColumns"))
        {
            var at = $"{path}[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            if (column.Text("type") is { Length: > 0 } type && !ColumnTypes.Contains(type))
                yield return Invalid(at + ".type", type, "must be one of " + string.Join(',', ColumnTypes));
            if (column.Text("jsonPath") is { Length: > 0 } jsonPath && jsonPath[0] is not ('.' or '{'))
                yield return Invalid(at + ".jsonPath", jsonPath, "should be a simple json path starting with .");
        }
    }

    private const string LabelReason =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
        + "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {JsonText.Of(value)}: {detail}");

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Label1035();
}
