using System.Buffers.Text;
using System.Text.Json.Nodes;
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

    [Theory]
    [MemberData(nameof(Targets))]
    public Task The_keys_of_tokens_are_published_to_every_service_account(string target) => RunAsync(target, async api =>
    {
        var (token, foreign) = (await TokenAsync(api, "checker", null), await TokenAsync(api, "limiter", "claude-operator"));
        var discovery = (await api.SendAsync(HttpMethod.Get, "/.well-known/openid-configuration", null, null, token: token)).Must(200).Body;
        var claims = Part(foreign, 1);
        Assert.Equal((string?)claims["iss"], (string?)discovery["issuer"]);
        Assert.EndsWith("/openid/v1/jwks", (string?)discovery["jwks_uri"], StringComparison.Ordinal);
        Assert.Equal(["id_token"], Texts(discovery["response_types_supported"]));
        Assert.Equal(["public"], Texts(discovery["subject_types_supported"]));
        Assert.Equal(["id_token_signing_alg_values_supported", "issuer", "jwks_uri", "response_types_supported", "subject_types_supported"], discovery.Select(p => p.Key).Order(StringComparer.Ordinal));

        var set = (await api.SendAsync(HttpMethod.Get, "/openid/v1/jwks", null, null, "application/jwk-set+json", token)).Must(200).Body;
        var header = Part(foreign, 0);
        var key = Assert.Single(set["keys"]!.AsArray(), k => (string?)k!["kid"] == (string?)header["kid"])!;
        Assert.Equal(("sig", (string?)header["alg"]), ((string?)key["use"], (string?)key["alg"]));
        Assert.Contains((string?)header["alg"], Texts(discovery["id_token_signing_alg_values_supported"]));
        Assert.Contains((string?)key["kty"], new[] { "RSA", "EC" });

        (await api.SendAsync(HttpMethod.Get, "/openid/v1/jwks", null, null, "*/*", foreign)).Must(401);
        (await api.SendAsync(HttpMethod.Get, "/openid/v1/other", null, null, token: token)).Must(403);
        (await api.SendAsync(HttpMethod.Post, "/openid/v1/jwks", "{}", "application/json", token: token)).Must(403);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task The_published_keys_are_read_only_and_have_one_form_only(string target) => RunAsync(target, async api =>
    {
        (string Path, string Type)[] documents = [("/openid/v1/jwks", "application/jwk-set+json"), ("/.well-known/openid-configuration", "application/json")];
        foreach (var (path, type) in documents)
        {
            foreach (var accept in new[] { "", "*/*", type + ";q=0.2", "application/yaml, */*;q=0.1", "text/html, " + type }) (await api.GetAsync(path, accept)).Must(200);
            foreach (var accept in new[] { "application/*", "text/html" }) (await api.GetAsync(path, accept)).Must(406);
            (await api.GetAsync(path + "/", "*/*")).Must(200);
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Head, HttpMethod.Options })
                (await api.SendAsync(method, path, null, null, "*/*")).Must(405);
        }
        var refused = (await api.GetAsync("/openid/v1/jwks", "application/json")).Must(406);
        Assert.Equal("406: Not Acceptable\n\nAvailable representations: application/jwk-set+json", (string?)refused.Body["message"]);
        Assert.Equal("NotAcceptable", (string?)refused.Body["reason"]);
        (await api.GetAsync("/openid/v1/other", "*/*")).Must(404);
    });

    private static IEnumerable<string?> Texts(JsonNode? list) => list!.AsArray().Select(t => (string?)t);

    private static JsonObject Part(string token, int index) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[index]))!.AsObject();

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
