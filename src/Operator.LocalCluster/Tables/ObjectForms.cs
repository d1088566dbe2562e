using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Tables;

/// <summary>Answers objects as tables or as metadata alone.</summary>
internal static class ObjectForms
{
    /// <summary>One stored object.</summary>
    public static ApiResponse One(ResourceDefinition resource, AcceptedForm form, StoredObject stored, string include, DateTimeOffset now) =>
        One(resource, form, ObjectVersions.Parse(stored, resource), include, now);

    /// <summary>One object.</summary>
    public static ApiResponse One(ResourceDefinition resource, AcceptedForm form, JsonObject value, string include, DateTimeOffset now)
    {
        var answer = form.Form == ResponseForm.Table
            ? Table(form, new JsonObject { ["resourceVersion"] = ObjectMetadata.Text(value, "resourceVersion") },
                TableRows.Of(resource).Columns(), [Row(resource, form, value, include, now)])
            : Partial(form, value);
        return ApiResponse.Object(200, answer, form.ContentType);
    }

    /// <summary>One page of a list.</summary>
    public static ApiResponse Many(ResourceDefinition resource, AcceptedForm form, ListVerb.Page page, string include, DateTimeOffset now)
    {
        var metadata = (JsonObject)JsonNode.Parse(ObjectListWriter.Metadata(page, always: false))!;
        var values = page.Objects.Select(o => ObjectVersions.Parse(o, resource));
        var answer = form.Form == ResponseForm.Table
            ? Table(form, metadata, TableRows.Of(resource).Columns(), [.. values.Select(v => (JsonNode)Row(resource, form, v, include, now))])
            : new JsonObject
            {
                ["kind"] = "PartialObjectMetadataList",
                ["apiVersion"] = "meta.k8s.io/" + form.MetaVersion,
                ["metadata"] = metadata,
                ["items"] = new JsonArray([.. values.Select(v => (JsonNode)Partial(form, v))]),
            };
        return ApiResponse.Object(200, answer, form.ContentType);
    }

    /// <summary>A table.</summary>
    public static JsonObject Table(AcceptedForm form, JsonObject metadata, JsonArray? columns, JsonArray rows) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = "meta.k8s.io/" + form.MetaVersion,
        ["metadata"] = metadata,
        ["columnDefinitions"] = columns,
        ["rows"] = rows,
    };

    /// <summary>One row of a table.</summary>
    public static JsonObject Row(ResourceDefinition resource, AcceptedForm form, JsonObject value, string include, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = TableRows.Of(resource).Cells(value, now) };
        row["object"] = include switch
        {
            "None" => null,
            "Object" => value.DeepClone(),
            _ => Partial(form, value),
        };
        return row;
    }

    /// <summary>The metadata of an object.</summary>
    public static JsonObject Partial(AcceptedForm form, JsonObject value) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/" + form.MetaVersion,
        ["metadata"] = ObjectMetadata.Of(value).DeepClone(),
    };
}
