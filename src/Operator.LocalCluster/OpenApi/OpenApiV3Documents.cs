using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.OpenApi;

/// <summary>One published document: its bytes, media type and strong ETag (with quotes).</summary>
internal sealed record OpenApiDocument(ReadOnlyMemory<byte> Content, string ContentType, string ETag);

/// <summary>The documents under <c>/openapi/v3</c> for a set of resources; built once per change of the set.</summary>
internal sealed class OpenApiV3Documents
{
    private OpenApiV3Documents(OpenApiDocument root, IReadOnlyDictionary<string, OpenApiDocument> documents)
    {
        Root = root;
        Documents = documents;
    }

    /// <summary>The answer of <c>/openapi/v3</c>: the paths, each with the hash of its document.</summary>
    public OpenApiDocument Root { get; }

    /// <summary>The documents by path: <c>api/v1</c>, <c>apis/apps/v1</c>; served under <c>/openapi/v3/</c>.</summary>
    public IReadOnlyDictionary<string, OpenApiDocument> Documents { get; }

    /// <summary>Builds the documents.</summary>
    public static OpenApiV3Documents Build(IEnumerable<ResourceDefinition> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        return new(new(ReadOnlyMemory<byte>.Empty, "", ""), new Dictionary<string, OpenApiDocument>());
    }
}
