using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Api;

/// <summary>An error that is answered as a Status object, in the words of a real API server.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    /// <summary>The HTTP status code.</summary>
    public int Code { get; } = code;

    /// <summary>The Status reason, such as <c>NotFound</c>; empty where the real server sends none.</summary>
    public string Reason { get; } = reason;

    /// <summary>The Status details: name, group, kind, causes; null where the real server sends none.</summary>
    public JsonObject? Details { get; } = details;

    /// <summary>The token with which an expired list can go on; empty for all other errors.</summary>
    public string Continue { get; init; } = "";
}
