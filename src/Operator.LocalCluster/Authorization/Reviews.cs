using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>The questions about identities and permissions that are answered at once.</summary>
internal sealed class Reviews(IInternalClient client, Authenticator authenticator, TokenIssuer issuer, RbacAuthorizer authorizer, TimeProvider time)
{
    private const string Authentication = "authentication.k8s.io";
    private const string Authorization = "authorization.k8s.io";

    /// <summary>All handlers.</summary>
    public IReadOnlyList<ICreateOnlyHandler> All =>
    [
        new ReviewHandler(Authentication, "TokenReview", "tokenreviews", false, ReviewTokenAsync),
        new SelfSubjectReviewHandler(time),
        new ReviewHandler(Authentication, "TokenRequest", "serviceaccounts/token", true, new TokenRequests(client, issuer).AnswerAsync),
        new ReviewHandler(Authorization, "SelfSubjectAccessReview", "selfsubjectaccessreviews", false, ReviewOwnAccessAsync),
        new ReviewHandler(Authorization, "SubjectAccessReview", "subjectaccessreviews", false, ReviewAccessAsync),
        new ReviewHandler(Authorization, "LocalSubjectAccessReview", "localsubjectaccessreviews", true, ReviewAccessAsync),
        new ReviewHandler(Authorization, "SelfSubjectRulesReview", "selfsubjectrulesreviews", false, ReviewRulesAsync),
    ];

    /// <summary>A user as reviews show it.</summary>
    public static JsonObject Describe(UserInfo user)
    {
        var shown = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
            shown["uid"] = user.Uid;
        if (user.Groups.Count > 0)
            shown["groups"] = new JsonArray([.. user.Groups.Select(group => (JsonNode)group)]);
        if (user.Extra.Count > 0)
        {
            var extra = new JsonObject();
            foreach (var (key, values) in user.Extra.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                extra[key] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
            shown["extra"] = extra;
        }
        return shown;
    }

    private async ValueTask<JsonObject> ReviewTokenAsync(CreateOnlyRequest request, CancellationToken cancellationToken)
    {
        var token = request.Body.Text("spec", "token") ?? "";
        if (token.Length == 0)
            throw new ApiException(400, "BadRequest", "token is required for TokenReview in authentication");
        var audiences = request.Body.Texts("spec", "audiences").ToList();
        var outcome = await authenticator.ReviewAsync(token, audiences.Count == 0 ? [TokenIssuer.Issuer] : audiences, cancellationToken);
        if (outcome.User is null)
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = outcome.Error };
        return new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = Describe(outcome.User),
            ["audiences"] = new JsonArray([.. outcome.Audiences.Select(audience => (JsonNode)audience)]),
        };
    }

    private ValueTask<JsonObject> ReviewOwnAccessAsync(CreateOnlyRequest request, CancellationToken cancellationToken) =>
        DecideAsync(request, request.User, cancellationToken);

    private ValueTask<JsonObject> ReviewAccessAsync(CreateOnlyRequest request, CancellationToken cancellationToken)
    {
        var spec = request.Body.Child("spec");
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (key, values) in spec.Child("extra") ?? [])
            extra[key] = values is JsonArray list ? [.. list.Select(value => value.AsText() ?? "")] : [];
        return DecideAsync(
            request, new UserInfo(spec.Text("user") ?? "", spec.Text("uid") ?? "", [.. spec.Texts("groups")], extra), cancellationToken);
    }

    private async ValueTask<JsonObject> DecideAsync(CreateOnlyRequest request, UserInfo user, CancellationToken cancellationToken)
    {
        var resource = request.Body.Child("spec", "resourceAttributes");
        var path = request.Body.Child("spec", "nonResourceAttributes");
        if (resource is null == path is null)
        {
            throw new ApiException(422, "Invalid",
                $"{request.Body.Text("kind")}.{Authorization} \"\" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of "
                + "nonResourceAttributes or resourceAttributes must be specified");
        }
        var decision = await authorizer.AuthorizeAsync(new AuthorizationAttributes
        {
            User = user,
            Verb = (resource ?? path).Text("verb") ?? "",
            Namespace = resource.Text("namespace") ?? "",
            Group = resource.Text("group") ?? "",
            Resource = resource.Text("resource") ?? "",
            Subresource = resource.Text("subresource") ?? "",
            Name = resource.Text("name") ?? "",
            Path = path is null ? null : path.Text("path") ?? "",
        }, cancellationToken);
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
            status["reason"] = decision.Reason;
        return status;
    }

    private async ValueTask<JsonObject> ReviewRulesAsync(CreateOnlyRequest request, CancellationToken cancellationToken)
    {
        var rules = await authorizer.RulesAsync(request.User, request.Body.Text("spec", "namespace") ?? "", cancellationToken);
        var resource = new JsonArray();
        var path = new JsonArray();
        foreach (var rule in rules)
        {
            if (rule.Texts("nonResourceURLs").Any())
                path.Add((JsonNode)rule.DeepClone());
            else
                resource.Add((JsonNode)rule.DeepClone());
        }
        return new JsonObject { ["resourceRules"] = resource, ["nonResourceRules"] = path, ["incomplete"] = false };
    }
}
