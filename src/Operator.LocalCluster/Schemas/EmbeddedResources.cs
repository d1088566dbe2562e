using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.Schemas;

/// <summary>Checks values that are Kubernetes objects of their own inside another object.</summary>
internal static partial class EmbeddedResources
{
    /// <summary>Checks every embedded resource below an object.</summary>
    public static IEnumerable<FieldError> Validate(StructuralSchema schema, JsonNode? value) => Node("", schema, value);

    private static IEnumerable<FieldError> Node(string path, StructuralSchema schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var error in schema.IsEmbeddedResource ? Resource(path, map) : [])
                {
                    yield return error;
                }

                foreach (var (name, field) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    var isProperty = schema.Properties.TryGetValue(name, out var declared);
                    if ((declared ?? schema.AdditionalProperties) is { } known)
                    {
                        foreach (var error in Node(isProperty ? Join(path, name) : $"{path}[{name}]", known, field))
                        {
                            yield return error;
                        }
                    }
                }

                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    foreach (var error in Node(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), items, list[i]))
                    {
                        yield return error;
                    }
                }

                break;
        }
    }

    private static IEnumerable<FieldError> Resource(string path, JsonObject resource)
    {
        foreach (var name in (string[])["apiVersion", "kind"])
        {
            if (!resource.ContainsKey(name))
            {
                yield return FieldErrors.Required(Join(path, name));
            }
            else if (TypeMeta(Join(path, name), name, resource[name]) is { } error)
            {
                yield return error;
            }
        }

        if (resource.TryGetPropertyValue("metadata", out var metadata))
        {
            foreach (var error in Metadata(Join(path, "metadata"), metadata))
            {
                yield return error;
            }
        }
    }

    private static FieldError? TypeMeta(string path, string name, JsonNode? value)
    {
        if (!JsonScalar.TryText(value, out var text))
        {
            return FieldErrors.Invalid(path, value, "must be a string");
        }

        if (text.Length == 0)
        {
            return FieldErrors.Invalid(path, text, "must not be empty");
        }

        if (name == "apiVersion")
        {
            return text.Count(character => character == '/') > 1 ? FieldErrors.Invalid(path, text, "unexpected GroupVersion string: " + text) : null;
        }

        return Label().IsMatch(text) && text.Length <= 63
            ? null
            : FieldErrors.Invalid(path, text, "may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
    }

    private static IEnumerable<FieldError> Metadata(string path, JsonNode? metadata)
    {
        if (metadata is not JsonObject)
        {
            yield return FieldErrors.Invalid(path, metadata, "must be an object");
            yield break;
        }

        foreach (var error in SchemaValidator.ValidateValue(ObjectMetaSchema.Instance, metadata, path))
        {
            yield return error;
        }

        foreach (var name in (string[])["name", "generateName"])
        {
            if (JsonScalar.TryText(metadata[name], out var text) && (text is "." or ".." || text.Contains('/', StringComparison.Ordinal) || text.Contains('%', StringComparison.Ordinal)))
            {
                yield return FieldErrors.Invalid(Join(path, name), text, text is "." or ".." ? $"may not be '{text}'" : text.Contains('/', StringComparison.Ordinal) ? "may not contain '/'" : "may not contain '%'");
            }
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;

    [GeneratedRegex("^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
