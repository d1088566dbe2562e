using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Tables;

namespace Operator.LocalCluster.Watching;

/// <summary>Writes events as one-row tables or as metadata alone. Only the first table tells its columns.</summary>
internal sealed class FormWatchEncoder(ResourceDefinition resource, AcceptedForm form, string include, TimeProvider time) : IWatchEncoder
{
    private bool _columnsSent;

    /// <inheritdoc/>
    public void Event(PipeWriter writer, string type, StoredObject value) => Write(writer, type, ObjectVersions.Parse(value, resource));

    /// <inheritdoc/>
    public void Bookmark(PipeWriter writer, long revision, bool initialEnd) =>
        Write(writer, "BOOKMARK", ObjectWatchEncoder.BookmarkObject(resource, revision, initialEnd));

    /// <inheritdoc/>
    public void Error(PipeWriter writer, ApiException error) =>
        ObjectWatchEncoder.Line(writer, "ERROR", ObjectWriter.Write(StatusObjects.Failure(error), sorted: false));

    private void Write(PipeWriter writer, string type, JsonObject value)
    {
        JsonObject shown;
        if (form.Form == ResponseForm.Table)
        {
            var columns = _columnsSent ? null : TableRows.Of(resource).Columns();
            _columnsSent = true;
            var version = new JsonObject { ["resourceVersion"] = ObjectMetadata.Text(value, "resourceVersion") };
            shown = ObjectForms.Table(form, version, columns, [ObjectForms.Row(resource, form, value, include, time.GetUtcNow())]);
        }
        else
        {
            shown = ObjectForms.Partial(form, value);
        }
        ObjectWatchEncoder.Line(writer, type, ObjectWriter.Write(shown, sorted: false));
    }
}
