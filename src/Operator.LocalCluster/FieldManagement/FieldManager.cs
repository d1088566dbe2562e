using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Keeps <c>metadata.managedFields</c>, and merges objects that are applied.</summary>
internal static class FieldManager
{
    /// <summary>
    /// Records what an update by <paramref name="manager"/> changed: sets <c>metadata.managedFields</c> of <paramref name="updated"/>.
    /// <paramref name="updated"/> must be pruned and defaulted; <paramref name="live"/> is null on create.
    /// </summary>
    public static void Update(
        JsonObject? live, JsonObject updated, string manager, string? subresource, DateTimeOffset now, ResourceDefinition definition)
    {
    }

    /// <summary>
    /// Server-side apply: merges <paramref name="applied"/> (pruned, not defaulted) into <paramref name="live"/>, which is null on create.
    /// The answer is not defaulted; where nothing changed it equals <paramref name="live"/>, with unchanged times.
    /// </summary>
    /// <exception cref="Api.ApiException">409 with causes for conflicts; 400 for a body with managedFields.</exception>
    public static JsonObject Apply(
        JsonObject? live, JsonObject applied, string manager, bool force, string? subresource, DateTimeOffset now, ResourceDefinition definition) =>
        (JsonObject)applied.DeepClone();
}
