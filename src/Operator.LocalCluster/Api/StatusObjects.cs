using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Api;

/// <summary>Builds <c>v1 Status</c> objects.</summary>
internal static class StatusObjects
{
    /// <summary>The Status of an error.</summary>
    public static JsonObject Failure(ApiException error)
    {
        var status = Head("Failure");
        if (error.Continue.Length > 0) ((JsonObject)status["metadata"]!)["continue"] = error.Continue;
        status["message"] = error.Message;
        if (error.Reason.Length > 0) status["reason"] = error.Reason;
        if (error.Details is not null) status["details"] = error.Details.DeepClone();
        status["code"] = error.Code;
        return status;
    }

    /// <summary>The Status of a deletion that removed an object.</summary>
    public static JsonObject Deleted(ResourceDefinition resource, string name, string uid)
    {
        var status = Head("Success");
        var details = ApiErrors.Details(name, resource.Group, resource.Plural);
        details["uid"] = uid;
        status["details"] = details;
        return status;
    }

    private static JsonObject Head(string outcome) => new()
    {
        ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = outcome,
    };
}
