using System.IO.Pipelines;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Watching;

/// <summary>Writes the events of a watch, one line each.</summary>
internal interface IWatchEncoder
{
    /// <summary>An ADDED, MODIFIED or DELETED event.</summary>
    void Event(PipeWriter writer, string type, StoredObject value);

    /// <summary>A BOOKMARK event. <paramref name="initialEnd"/> marks the end of the present objects.</summary>
    void Bookmark(PipeWriter writer, long revision, bool initialEnd);

    /// <summary>An ERROR event.</summary>
    void Error(PipeWriter writer, ApiException error);
}
