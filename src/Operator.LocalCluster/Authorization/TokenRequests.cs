using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Authorization;

/// <summary>Issues tokens of service accounts to whoever may create them.</summary>
internal sealed class TokenRequests(IInternalClient client, TokenIssuer issuer)
{
    private const long ShortestSeconds = 600;
    private const long LongestSeconds = 1L << 32;

    /// <summary>Makes the status of a TokenRequest.</summary>
    public async ValueTask<JsonObject> AnswerAsync(CreateOnlyRequest request, CancellationToken cancellationToken)
    {
        var account = await client.GetAsync(WellKnown.ServiceAccounts, request.Namespace, request.Name, cancellationToken)
            ?? throw ApiErrors.NotFound("", "serviceaccounts", request.Name);
        var spec = request.Body.Child("spec");
        var seconds = spec.Number("expirationSeconds") ?? 3600;
        if (seconds < ShortestSeconds)
            throw Invalid($"Invalid value: {seconds}: may not specify a duration less than 10 minutes");
        if (seconds > LongestSeconds)
            throw Invalid($"Invalid value: {seconds}: may not specify a duration larger than 2^32 seconds");
        var pod = await BoundPodAsync(spec.Child("boundObjectRef"), request.Namespace, cancellationToken);
        var issued = issuer.Issue(account, [.. spec.Texts("audiences")], TimeSpan.FromSeconds(seconds), pod);
        return new JsonObject { ["token"] = issued.Token, ["expirationTimestamp"] = ObjectFields.Stamp(issued.Expires) };
    }

    private async ValueTask<JsonObject?> BoundPodAsync(JsonObject? reference, string ns, CancellationToken cancellationToken)
    {
        if (reference is null)
            return null;
        if (reference.Text("kind") != "Pod" || reference.Text("apiVersion") != "v1")
            throw ApiErrors.BadRequest($"cannot bind token for serviceaccount to object type {reference.Text("kind")}: only pods are supported here");
        var name = reference.Text("name") ?? "";
        var pod = await client.GetAsync(WellKnown.Pods, ns, name, cancellationToken) ?? throw ApiErrors.NotFound("", "pods", name);
        if (reference.Text("uid") is { Length: > 0 } uid && uid != pod.Text("metadata", "uid"))
        {
            throw new ApiException(409, "Conflict",
                $"Operation cannot be fulfilled on Pod \"{name}\": the UID in the bound object reference ({uid}) does not match the UID in record. "
                + "The object might have been deleted and then recreated", ApiErrors.Details(name, "", "Pod"));
        }
        return pod;
    }

    private static ApiException Invalid(string message) => ApiErrors.Invalid(
        "authentication.k8s.io", "TokenRequest", "", [new FieldError("spec.expirationSeconds", "FieldValueInvalid", message)]);
}
