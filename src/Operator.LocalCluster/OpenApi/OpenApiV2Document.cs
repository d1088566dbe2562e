using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.OpenApi;

/// <summary>The document under <c>/openapi/v2</c> for a set of resources, as JSON and as gnostic's protobuf.</summary>
internal sealed class OpenApiV2Document
{
    private OpenApiV2Document(OpenApiDocument json, OpenApiDocument protobuf)
    {
        Json = json;
        Protobuf = protobuf;
    }

    /// <summary>The document as JSON.</summary>
    public OpenApiDocument Json { get; }

    /// <summary>The document as <c>application/com.github.proto-openapi.spec.v2.v1.0+protobuf</c>, answered to <c>…spec.v2@v1.0+protobuf</c>.</summary>
    public OpenApiDocument Protobuf { get; }

    /// <summary>Builds the document.</summary>
    public static OpenApiV2Document Build(IEnumerable<ResourceDefinition> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        return new(new(ReadOnlyMemory<byte>.Empty, "", ""), new(ReadOnlyMemory<byte>.Empty, "", ""));
    }
}
