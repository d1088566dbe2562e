using Operator.Conformance.Verdicts;

namespace Operator.Conformance.Semantics;

public class AccessTests(ConformanceRun run) : SemanticsTests(run)
{
    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_service_accounts_token_is_known_for_its_audience_alone(string target) => RunAsync(target, async api =>
    {
        var token = await TokenAsync(api, "limiter", "claude-operator");
        var review = (await ReviewAsync(api, token, "claude-operator")).Must(201);
        Assert.True((bool)review.Body["status"]!["authenticated"]!);
        Assert.Equal($"system:serviceaccount:{api.Namespace}:limiter", (string?)review.Body["status"]!["user"]!["username"]);
        Assert.Equal(
            ["system:serviceaccounts", $"system:serviceaccounts:{api.Namespace}", "system:authenticated"],
            review.Body["status"]!["user"]!["groups"]!.AsArray().Select(g => (string?)g));
        Assert.Equal(["claude-operator"], review.Body["status"]!["audiences"]!.AsArray().Select(a => (string?)a));

        var foreign = (await ReviewAsync(api, token, "somebody-else")).Must(201);
        Assert.NotEqual(true, (bool?)foreign.Body["status"]!["authenticated"]);
        // A token for another audience opens nothing at the API server either.
        (await api.SendAsync(HttpMethod.Get, api.Widgets, null, null, token: token)).Must(401);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_role_decides_what_its_subject_may_do_and_where(string target) => RunAsync(target, async api =>
    {
        var token = await TokenAsync(api, "reader", null);
        var refused = (await api.SendAsync(HttpMethod.Get, api.Widgets, null, null, token: token)).Must(403);
        Assert.Equal(
            $"widgets.example.com is forbidden: User \"system:serviceaccount:{api.Namespace}:reader\" cannot list resource \"widgets\" in API group \"example.com\" in the namespace \"{api.Namespace}\"",
            (string?)refused.Body["message"]);
        Assert.Equal("Forbidden", (string?)refused.Body["reason"]);

        var rbac = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.Namespace}/";
        (await api.PostAsync(rbac + "roles", """
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"read"},
             "rules":[{"apiGroups":["example.com"],"resources":["widgets"],"verbs":["get","list","watch"]}]}
            """)).Must(201);
        (await api.PostAsync(rbac + "rolebindings", $$"""
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"read"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"read"},
             "subjects":[{"kind":"ServiceAccount","name":"reader","namespace":"{{api.Namespace}}"}]}
            """)).Must(201);
        await Eventually.HoldsAsync(
            async () => (await api.SendAsync(HttpMethod.Get, api.Widgets, null, null, token: token)).Status == 200, "the role takes effect");
        (await api.SendAsync(HttpMethod.Post, api.Widgets, ApiSession.Widget("one"), "application/json", token: token)).Must(403);
        (await api.SendAsync(HttpMethod.Get, "/apis/example.com/v1/widgets", null, null, token: token)).Must(403);
        (await api.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{api.Namespace}/secrets", null, null, token: token)).Must(403);

        var may = (await api.SendAsync(
            HttpMethod.Post,
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            $$"""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"resourceAttributes":{"namespace":"{{api.Namespace}}","verb":"list","group":"example.com","resource":"widgets"} } }
            """,
            "application/json",
            token: token)).Must(201);
        Assert.True((bool)may.Body["status"]!["allowed"]!);
    });

    private static async Task<string> TokenAsync(ApiSession api, string account, string? audience)
    {
        var accounts = $"/api/v1/namespaces/{api.Namespace}/serviceaccounts";
        (await api.PostAsync(accounts, $$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{account}}"} }""")).Must(201);
        var audiences = audience is null ? "" : $$"""
            "audiences":["{{audience}}"],
            """;
        var answer = (await api.PostAsync(
            $"{accounts}/{account}/token",
            $$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{ {{audiences}}"expirationSeconds":3600} }""")).Must(201);
        return (string)answer.Body["status"]!["token"]!;
    }

    private static Task<ApiAnswer> ReviewAsync(ApiSession api, string token, string audience) => api.PostAsync(
        "/apis/authentication.k8s.io/v1/tokenreviews",
        $$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"{{token}}","audiences":["{{audience}}"]} }""");
}
