using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>The schema of the metadata that every object has.</summary>
internal static class ObjectMetaSchema
{
    private const string Text = """
        {
          "type": "object",
          "description": "What every stored object carries beside its own data: identity, labels, owners and versions.",
          "properties": {
            "annotations": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Free-form notes of tools; not searchable."},
            "creationTimestamp": {"type": "string", "format": "date-time", "nullable": true, "description": "When the server created the object. Read-only."},
            "deletionGracePeriodSeconds": {"type": "integer", "format": "int64", "description": "Seconds left for a graceful end. Read-only."},
            "deletionTimestamp": {"type": "string", "format": "date-time", "nullable": true, "description": "When deletion was asked for. Read-only."},
            "finalizers": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge", "description": "Names that must be removed before the object can go."},
            "generateName": {"type": "string", "description": "Prefix from which the server makes a name when none is given."},
            "generation": {"type": "integer", "format": "int64", "description": "Counts the versions of the desired state. Read-only."},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Key and value pairs that selectors search."},
            "managedFields": {
              "type": "array", "x-kubernetes-list-type": "atomic", "description": "Which manager owns which fields.",
              "items": {
                "type": "object", "description": "The fields that one manager owns.",
                "properties": {
                  "apiVersion": {"type": "string", "description": "The version whose field names are used."},
                  "fieldsType": {"type": "string", "description": "The format of the fields: FieldsV1."},
                  "fieldsV1": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "description": "The set of fields as a tree."},
                  "manager": {"type": "string", "description": "The manager's name."},
                  "operation": {"type": "string", "description": "Apply or Update."},
                  "subresource": {"type": "string", "description": "The subresource that was written; empty for the object itself."},
                  "time": {"type": "string", "format": "date-time", "nullable": true, "description": "When the manager's set last changed."}
                }
              }
            },
            "name": {"type": "string", "description": "The name, unique among the kind's objects of a namespace. Cannot change."},
            "namespace": {"type": "string", "description": "The namespace that holds the object; empty for cluster-wide kinds. Cannot change."},
            "ownerReferences": {
              "type": "array", "description": "The objects that this one depends on; it is collected when all are gone.",
              "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["uid"], "x-kubernetes-patch-merge-key": "uid", "x-kubernetes-patch-strategy": "merge",
              "items": {
                "type": "object", "x-kubernetes-map-type": "atomic", "description": "One owner in the same namespace, or a cluster-wide one.",
                "required": ["apiVersion", "kind", "name", "uid"],
                "properties": {
                  "apiVersion": {"type": "string", "description": "The owner's API version."},
                  "blockOwnerDeletion": {"type": "boolean", "description": "Whether foreground deletion of the owner waits for this object."},
                  "controller": {"type": "boolean", "description": "Whether the owner is the managing controller."},
                  "kind": {"type": "string", "description": "The owner's kind."},
                  "name": {"type": "string", "description": "The owner's name."},
                  "uid": {"type": "string", "description": "The owner's UID."}
                }
              }
            },
            "resourceVersion": {"type": "string", "description": "Opaque version of the stored object, for conflict checks and watches. Read-only."},
            "selfLink": {"type": "string", "description": "No longer filled."},
            "uid": {"type": "string", "description": "Unique over space and time. Read-only."}
          }
        }
        """;

    /// <summary>The schema. Its <see cref="StructuralSchema.Source"/> must be cloned before it becomes part of another tree.</summary>
    public static StructuralSchema Instance { get; } = StructuralSchema.Parse((JsonObject)JsonNode.Parse(Text)!);
}
