using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Events;

namespace Operator.Catalog;

/// <summary>Which ConfigMap overrides the shipped catalogue.</summary>
/// <param name="Namespace">The operator's own namespace.</param>
/// <param name="Name">The ConfigMap's name.</param>
public sealed record CatalogOverrideOptions(string Namespace, string Name = "claude-model-catalog")
{
    /// <summary>The key that holds the override.</summary>
    public const string Key = "models.json";
}

/// <summary>Follows the ConfigMap that overrides the shipped catalogue, and reports a broken one on the ConfigMap itself.</summary>
internal sealed partial class CatalogOverride(
    CatalogOverrideOptions options, CatalogStore store, IEventRecorder events, ILogger<CatalogOverride> logger) : IInformerHandler<V1ConfigMap>
{
    public void OnAdded(V1ConfigMap entity, bool isInInitialList) => Take(entity);

    public void OnUpdated(V1ConfigMap previous, V1ConfigMap current)
    {
        if (previous.Metadata.ResourceVersion != current.Metadata.ResourceVersion) Take(current);
    }

    public void OnDeleted(V1ConfigMap entity, bool finalStateUnknown)
    {
        if (!IsOurs(entity)) return;
        store.Use(null);
        Log.Removed(logger, options.Namespace, options.Name);
    }

    private void Take(V1ConfigMap map)
    {
        if (!IsOurs(map)) return;
        string? text = null;
        var known = map.Data?.TryGetValue(CatalogOverrideOptions.Key, out text) == true;
        var errors = known ? store.Use(text) : [new CatalogError("", null, $"the ConfigMap has no key {CatalogOverrideOptions.Key}")];
        if (errors.Count == 0)
        {
            Log.Used(logger, options.Namespace, options.Name, store.Current.Models.Count);
            return;
        }
        var shown = string.Join("; ", errors.Take(5)) + (errors.Count > 5 ? $"; and {errors.Count - 5} more" : "");
        Log.Refused(logger, options.Namespace, options.Name, shown);
        events.Record(map, EventType.Warning, "CatalogRejected", "ReadCatalog", $"The last good catalogue stays in force. {shown}", subject: shown);
    }

    private bool IsOurs(V1ConfigMap map) => map.Metadata.Name == options.Name && map.Metadata.NamespaceProperty == options.Namespace;

    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Information, "The model catalogue is overridden by ConfigMap {Namespace}/{Name}: {Models} models")]
        public static partial void Used(ILogger logger, string @namespace, string name, int models);

        [LoggerMessage(301, LogLevel.Information, "ConfigMap {Namespace}/{Name} is gone: the shipped model catalogue is in force")]
        public static partial void Removed(ILogger logger, string @namespace, string name);

        [LoggerMessage(302, LogLevel.Warning, "The model catalogue of ConfigMap {Namespace}/{Name} is refused, the last good one stays: {Errors}")]
        public static partial void Refused(ILogger logger, string @namespace, string name, string errors);
    }
}
