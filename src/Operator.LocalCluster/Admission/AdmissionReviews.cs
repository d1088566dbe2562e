using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Patching;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>Writes the reviews that webhooks get and reads their answers.</summary>
internal static class AdmissionReviews
{
    private const string Group = "admission.k8s.io/";

    /// <summary>The review of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="current">The object as the mutators before have left it.</param>
    /// <param name="form">The version that the webhook wants to see.</param>
    /// <param name="reviewVersion">v1 or v1beta1.</param>
    /// <param name="uid">The identifier of this call.</param>
    public static JsonObject Write(AdmissionRequest request, JsonObject? current, ResourceDefinition form, string reviewVersion, string uid)
    {
        var body = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = Kind(request, form),
            ["resource"] = Resource(form),
        };
        AddText(body, "subResource", request.Subresource);
        body["requestKind"] = Kind(request, request.Resource);
        body["requestResource"] = Resource(request.Resource);
        AddText(body, "requestSubResource", request.Subresource);
        AddText(body, "name", request.Name);
        AddText(body, "namespace", request.Resource is { Group: "", Plural: "namespaces" } ? request.Name : request.Namespace);
        body["operation"] = request.Operation;
        body["userInfo"] = Reviews.Describe(request.User);
        body["object"] = Convert(current, request.Resource, form);
        body["oldObject"] = Convert(request.OldObject, request.Resource, form);
        body["dryRun"] = request.DryRun;
        body["options"] = Options(request);
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = Group + reviewVersion, ["request"] = body };
    }

    /// <summary>A webhook sees a patch as the create or the update that it amounts to, its options included.</summary>
    private static JsonObject? Options(AdmissionRequest request)
    {
        var options = request.Options?.DeepClone().AsObject();
        if (options.Text("kind") != "PatchOptions") return options;
        options!["kind"] = request.Operation == "CREATE" ? "CreateOptions" : "UpdateOptions";
        options.Remove("force");
        return options;
    }

    /// <summary>The answer in a review.</summary>
    /// <exception cref="WebhookFailure">The answer does not follow the protocol.</exception>
    public static JsonObject Read(JsonNode? answer, string reviewVersion, string uid)
    {
        var expected = $"{Group}{reviewVersion}, Kind=AdmissionReview";
        if (answer is not JsonObject review || review.Text("kind") != "AdmissionReview" || review.Text("apiVersion") != Group + reviewVersion)
        {
            var got = answer is JsonObject other ? $"{other.Text("apiVersion")}, Kind={other.Text("kind")}" : "no object";
            throw new WebhookFailure($"expected webhook response of {expected}, got {got}");
        }
        if (review.Child("response") is not { } response)
            throw new WebhookFailure("webhook response is missing: the review has no field `response`");
        if (response.Text("uid") != uid)
            throw new WebhookFailure($"expected response.uid=\"{uid}\", got \"{response.Text("uid")}\"");
        return response;
    }

    /// <summary>The error of a denial.</summary>
    public static ApiException Denial(string webhook, JsonObject response)
    {
        var status = response.Child("status");
        var code = (int)Math.Clamp(status.Number("code") ?? 0, 0, 599);
        var by = $"admission webhook \"{webhook}\" denied the request";
        var reason = status.Text("reason") ?? "";
        var message = (status.Text("message"), reason) switch
        {
            ({ Length: > 0 } text, _) => $"{by}: {text}",
            (_, { Length: > 0 } text) => $"{by}: {text}",
            _ => by + " without explanation",
        };
        return new ApiException(code < 400 ? 400 : code, reason, message, (JsonObject?)status.Child("details")?.DeepClone());
    }

    /// <summary>The object after the patch of an answer; the object itself when there is none.</summary>
    /// <exception cref="WebhookFailure">The patch cannot be read or applied.</exception>
    public static JsonObject Patch(JsonObject current, JsonObject response, AdmissionRequest request, ResourceDefinition form)
    {
        if (response.Text("patch") is not { Length: > 0 } patch)
            return current;
        if (response.Text("patchType") is not "JSONPatch")
            throw new WebhookFailure("webhook returned response.patch but not response.patchType=JSONPatch");
        try
        {
            if (JsonNode.Parse(System.Convert.FromBase64String(patch)) is not JsonArray operations)
                throw new WebhookFailure("response.patch is not a list of operations");
            var shown = Convert(current, request.Resource, form)!;
            if (JsonPatch.Apply(shown, operations) is not JsonObject patched)
                throw new WebhookFailure("response.patch replaces the object by something else");
            var result = Convert(patched, form, request.Resource)!;
            result["apiVersion"] = request.Resource.ApiVersion;
            request.Resource.Schema.ApplyDefaults(result);
            request.Resource.Strategy.ApplyDefaults(result);
            return result;
        }
        catch (Exception error) when (error is FormatException or System.Text.Json.JsonException)
        {
            throw new WebhookFailure($"response.patch cannot be decoded: {error.Message}");
        }
        catch (ApiException error)
        {
            throw new WebhookFailure($"response.patch cannot be applied: {error.Message}");
        }
    }

    private static JsonObject? Convert(JsonObject? value, ResourceDefinition from, ResourceDefinition to)
    {
        if (value is null)
            return null;
        var copy = (JsonObject)value.DeepClone();
        if (from == to)
            return copy;
        from.Strategy.ToStorage(copy);
        to.Strategy.FromStorage(copy);
        return copy;
    }

    private static JsonObject Kind(AdmissionRequest request, ResourceDefinition form) => request.Subresource == "scale"
        ? new() { ["group"] = "autoscaling", ["version"] = "v1", ["kind"] = "Scale" }
        : new() { ["group"] = form.Group, ["version"] = form.Version, ["kind"] = form.Kind };

    private static JsonObject Resource(ResourceDefinition form) =>
        new() { ["group"] = form.Group, ["version"] = form.Version, ["resource"] = form.Plural };

    private static void AddText(JsonObject body, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            body[name] = value;
    }
}
