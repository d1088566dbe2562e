using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal sealed partial class StructuralSchema
{
    /// <summary>
    /// Removes the fields that the schema does not know. apiVersion, kind and metadata of the object itself and of embedded
    /// resources stay; the object's own metadata keeps what every kind's metadata has, but for empty maps and lists.
    /// </summary>
    public void Prune(JsonObject value)
    {
        new Pruning(remove: true).Object(value, this);
        foreach (var name in (string[])["labels", "annotations", "finalizers", "ownerReferences"])
        {
            if (value["metadata"] is JsonObject metadata && metadata[name] is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                metadata.Remove(name);
            }
        }
    }

    /// <summary>The paths of the fields that <see cref="Prune"/> would remove, such as <c>spec.colour</c>, sorted.</summary>
    public IReadOnlyList<string> FindUnknownFields(JsonObject value)
    {
        var pruning = new Pruning(remove: false);
        pruning.Object(value, this);
        return [.. pruning.Unknown.Order(StringComparer.Ordinal)];
    }

    /// <summary>One walk over an object.</summary>
    private sealed class Pruning(bool remove)
    {
        public List<string> Unknown { get; } = [];

        public void Object(JsonObject value, StructuralSchema schema)
        {
            ArgumentNullException.ThrowIfNull(value);
            Walk(value, schema, "", isResource: true);
            if (value["metadata"] is JsonObject metadata)
            {
                Walk(metadata, ObjectMetaSchema.Instance, "metadata");
            }
        }

        private static bool IsMetaField(string name) => name is "apiVersion" or "kind" or "metadata";

        private void Walk(JsonNode? value, StructuralSchema? schema, string path, bool isResource = false)
        {
            var preserves = schema is { PreservesUnknownFields: true };
            isResource |= schema is { IsEmbeddedResource: true };
            switch (value)
            {
                case JsonObject map:
                    foreach (var (name, field) in map.ToArray())
                    {
                        Field(map, name, field, schema, path, preserves, isResource);
                    }

                    break;
                case JsonArray list:
                    for (var i = 0; i < list.Count; i++)
                    {
                        var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
                        if (preserves)
                        {
                            Preserve(list[i], schema!.Items, at);
                        }
                        else
                        {
                            Walk(list[i], schema?.Items, at);
                        }
                    }

                    break;
            }
        }

        private void Field(JsonObject map, string name, JsonNode? field, StructuralSchema? schema, string path, bool preserves, bool isResource)
        {
            if (isResource && IsMetaField(name))
            {
                return;
            }

            var at = path.Length == 0 ? name : path + "." + name;
            if (schema?.Field(name) is { } declared)
            {
                Walk(field, declared, at);
            }
            else if (!preserves && schema?.AllowsAdditionalProperties != true)
            {
                Unknown.Add(at);
                if (remove)
                {
                    map.Remove(name);
                }
            }
            else if (!preserves)
            {
                // Like the server: what lies under `additionalProperties: true` has no schema, so its own fields go.
                Walk(field, null, at);
            }
        }

        /// <summary>Items below a preserving list are preserved as well, unless their own schema knows better.</summary>
        private void Preserve(JsonNode? value, StructuralSchema? items, string path)
        {
            switch (value)
            {
                case JsonObject map when items is not null:
                    foreach (var (name, field) in map.ToArray())
                    {
                        Field(map, name, field, items, path, preserves: true, items.IsEmbeddedResource);
                    }

                    break;
                case JsonArray list when items is not null:
                    for (var i = 0; i < list.Count; i++)
                    {
                        Preserve(list[i], items.Items, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"));
                    }

                    break;
            }
        }
    }
}
