using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.CustomResources;

/// <summary>A custom resource at one version. Conversion between versions changes apiVersion and nothing else.</summary>
/// <param name="apiVersion">The version that this definition serves.</param>
/// <param name="storedApiVersion">The version that is stored.</param>
internal sealed class CustomResourceStrategy(string apiVersion, string storedApiVersion) : ResourceStrategy
{
    /// <inheritdoc/>
    public override void ToStorage(JsonObject value) => value["apiVersion"] = storedApiVersion;

    /// <inheritdoc/>
    public override void FromStorage(JsonObject value) => value["apiVersion"] = apiVersion;
}
