using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>Shows stored objects in the version of a request.</summary>
internal static class ObjectVersions
{
    /// <summary>The object's JSON; the stored bytes themselves where they have this version.</summary>
    public static ReadOnlyMemory<byte> Render(StoredObject stored, ResourceDefinition resource) =>
        stored.ApiVersion == resource.ApiVersion ? stored.Json : ObjectWriter.Write(Parse(stored, resource), resource.IsCustom);

    /// <summary>A copy of the object that the caller may change.</summary>
    public static JsonObject Parse(StoredObject stored, ResourceDefinition resource)
    {
        var value = stored.Parse();
        if (stored.ApiVersion == resource.ApiVersion) return value;
        resource.Strategy.FromStorage(value);
        value["apiVersion"] = resource.ApiVersion;
        value["kind"] = resource.Kind;
        return value;
    }
}
