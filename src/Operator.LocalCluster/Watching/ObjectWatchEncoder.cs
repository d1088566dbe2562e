using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Watching;

/// <summary>Writes events with whole objects, from the bytes that the store holds: an object is serialized once for all watches.</summary>
internal sealed class ObjectWatchEncoder(ResourceDefinition resource) : IWatchEncoder
{
    /// <inheritdoc/>
    public void Event(PipeWriter writer, string type, StoredObject value) => Line(writer, type, ObjectVersions.Render(value, resource).Span);

    /// <inheritdoc/>
    public void Bookmark(PipeWriter writer, long revision, bool initialEnd) =>
        Line(writer, "BOOKMARK", ObjectWriter.Write(BookmarkObject(resource, revision, initialEnd), resource.IsCustom));

    /// <inheritdoc/>
    public void Error(PipeWriter writer, ApiException error) =>
        Line(writer, "ERROR", ObjectWriter.Write(StatusObjects.Failure(error), sorted: false));

    /// <summary>The object of a bookmark.</summary>
    public static JsonObject BookmarkObject(ResourceDefinition resource, long revision, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (!resource.IsCustom) metadata["creationTimestamp"] = null;
        if (initialEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion, ["metadata"] = metadata };
    }

    /// <summary>Writes one event.</summary>
    public static void Line(PipeWriter writer, string type, ReadOnlySpan<byte> json)
    {
        writer.Write("{\"type\":\""u8);
        writer.Write(Encoding.ASCII.GetBytes(type));
        writer.Write("\",\"object\":"u8);
        writer.Write(json);
        writer.Write("}\n"u8);
    }
}
