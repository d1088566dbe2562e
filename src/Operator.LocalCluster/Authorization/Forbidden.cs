using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Authorization;

/// <summary>The refusal of a request that nothing allows, in the words of a real server.</summary>
internal static class Forbidden
{
    /// <summary>403 for what was asked.</summary>
    public static ApiException Error(AuthorizationAttributes attributes, AuthorizationDecision decision)
    {
        var user = $"User \"{attributes.User.Name}\" cannot {attributes.Verb}";
        var why = decision.Reason.Length == 0 ? "" : ": " + decision.Reason;
        if (attributes.Path is { } path)
            return new ApiException(403, "Forbidden", $"forbidden: {user} path \"{path}\"{why}", []);
        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var where = attributes.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{attributes.Namespace}\"";
        var qualified = ApiErrors.Qualified(attributes.Group, attributes.Resource);
        var what = attributes.Name.Length == 0 ? qualified : $"{qualified} \"{attributes.Name}\"";
        return new ApiException(403, "Forbidden",
            $"{what} is forbidden: {user} resource \"{resource}\" in API group \"{attributes.Group}\" {where}{why}",
            ApiErrors.Details(attributes.Name, attributes.Group, attributes.Resource));
    }
}
