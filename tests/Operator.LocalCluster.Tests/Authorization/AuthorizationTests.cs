using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;
using Operator.Testing;

namespace Operator.LocalCluster.Tests.Authorization;

public class AuthorizationTests
{
    private static readonly UserInfo Account = new(
        "system:serviceaccount:default:sa", "u", ["system:serviceaccounts", "system:serviceaccounts:default", UserInfo.Authenticated],
        new Dictionary<string, IReadOnlyList<string>>());

    private static AuthorizationAttributes Ask(string verb, string resource, string ns = "default", string name = "", string subresource = "", string group = "") =>
        new() { User = Account, Verb = verb, Resource = resource, Namespace = ns, Name = name, Subresource = subresource, Group = group };

    [Theory]
    [InlineData("get", "pods", "default", "", "", true)]
    [InlineData("list", "pods", "default", "", "", false)]
    [InlineData("get", "pods", "other", "", "", false)]
    [InlineData("get", "pods", "default", "", "log", false)]
    [InlineData("update", "configmaps", "default", "mine", "", true)]
    [InlineData("update", "configmaps", "default", "yours", "", false)]
    [InlineData("patch", "deployments", "default", "", "status", true)]
    [InlineData("patch", "deployments", "default", "", "", false)]
    public async Task Rules_are_read_as_they_are_written(string verb, string resource, string ns, string name, string subresource, bool allowed)
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(WellKnown.Roles, """
            {"metadata":{"name":"r","namespace":"default"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]},
            {"apiGroups":[""],"resources":["configmaps"],"resourceNames":["mine"],"verbs":["*"]},
            {"apiGroups":["*"],"resources":["*/status"],"verbs":["patch"]}]}
            """);
        await cluster.CreateAsync(WellKnown.RoleBindings, """
            {"metadata":{"name":"rb","namespace":"default"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"sa","namespace":"default"}]}
            """);
        var decision = await cluster.Parts.Authorizer.AuthorizeAsync(Ask(verb, resource, ns, name, subresource), CancellationToken.None);
        Assert.Equal(allowed, decision.Allowed);
        if (allowed)
            Assert.Equal("RBAC: allowed by RoleBinding \"rb/default\" of Role \"r\" to ServiceAccount \"sa/default\"", decision.Reason);
    }

    [Fact]
    public async Task A_grant_takes_effect_at_once_and_a_withdrawn_one_within_a_second()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await ClusterUnderTest.StartAsync(options => options.TimeProvider = time);
        var ask = Ask("get", "secrets", ns: "");
        Assert.False((await cluster.Parts.Authorizer.AuthorizeAsync(ask, CancellationToken.None)).Allowed);
        await cluster.CreateAsync(WellKnown.ClusterRoleBindings, """
            {"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"Group","name":"system:serviceaccounts"}]}
            """);
        Assert.True((await cluster.Parts.Authorizer.AuthorizeAsync(ask, CancellationToken.None)).Allowed);
        await cluster.Client.DeleteAsync(WellKnown.ClusterRoleBindings, null, "b", null, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await cluster.Parts.Authorizer.AuthorizeAsync(ask, CancellationToken.None)).Allowed);
    }

    [Fact]
    public async Task An_aggregated_role_has_the_rules_of_its_parts()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(WellKnown.RoleBindings, """
            {"metadata":{"name":"rb","namespace":"default"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"system:serviceaccount:default:sa"}]}
            """);
        Assert.True((await cluster.Parts.Authorizer.AuthorizeAsync(Ask("list", "pods"), CancellationToken.None)).Allowed);
        Assert.False((await cluster.Parts.Authorizer.AuthorizeAsync(Ask("list", "secrets"), CancellationToken.None)).Allowed);
        Assert.False((await cluster.Parts.Authorizer.AuthorizeAsync(Ask("create", "pods"), CancellationToken.None)).Allowed);
    }

    [Fact]
    public void A_refusal_reads_as_the_real_servers()
    {
        var error = Forbidden.Error(Ask("get", "pods", name: "p", subresource: "log"), new AuthorizationDecision(false, ""));
        Assert.Equal("pods \"p\" is forbidden: User \"system:serviceaccount:default:sa\" cannot get resource \"pods/log\" in API group \"\" "
            + "in the namespace \"default\"", error.Message);
        error = Forbidden.Error(Ask("list", "widgets", ns: "", group: "example.com"), new AuthorizationDecision(false, ""));
        Assert.Equal("widgets.example.com is forbidden: User \"system:serviceaccount:default:sa\" cannot list resource \"widgets\" in API group "
            + "\"example.com\" at the cluster scope", error.Message);
    }

    [Fact]
    public async Task A_token_is_good_for_its_time_its_audience_and_its_account()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await ClusterUnderTest.StartAsync(options => options.TimeProvider = time);
        var account = await cluster.CreateAsync(WellKnown.ServiceAccounts, """{"metadata":{"name":"sa","namespace":"default"}}""");
        var authenticator = (Authenticator)cluster.Parts.Authenticator;
        var token = cluster.Parts.TokenIssuer.Issue(account, [], TimeSpan.FromMinutes(10), null).Token;
        Assert.Equal(Account.Name, (await authenticator.AuthenticateAsync(token, null, CancellationToken.None)).Name);
        Assert.Equal("token audiences [\"https://kubernetes.default.svc.cluster.local\"] is invalid for the target audiences [\"x\"]",
            (await authenticator.ReviewAsync(token, ["x"], CancellationToken.None)).Error);
        // One changed character breaks the signature.
        var broken = token[..^10] + (token[^10] == 'A' ? 'B' : 'A') + token[^9..];
        Assert.Equal("invalid bearer token", (await authenticator.ReviewAsync(broken, [TokenIssuer.Issuer], CancellationToken.None)).Error);
        using var other = new TokenIssuer(time);
        Assert.Null(other.Read(token));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("service account token has expired", (await authenticator.ReviewAsync(token, [TokenIssuer.Issuer], CancellationToken.None)).Error);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await authenticator.AuthenticateAsync(token, null, CancellationToken.None));
        Assert.Equal((401, "Unauthorized"), (error.Code, error.Message));
        var fresh = cluster.Parts.TokenIssuer.Issue(account, [], TimeSpan.FromMinutes(10), null).Token;
        await cluster.Client.DeleteAsync(WellKnown.ServiceAccounts, "default", "sa", null, CancellationToken.None);
        Assert.Null((await authenticator.ReviewAsync(fresh, [TokenIssuer.Issuer], CancellationToken.None)).User);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public void Other_texts_are_no_tokens(string text)
    {
        using var issuer = new TokenIssuer(TimeProvider.System);
        Assert.Null(issuer.Read(text));
    }

    [Fact]
    public async Task A_short_lived_token_request_is_refused_with_its_field()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(WellKnown.ServiceAccounts, """{"metadata":{"name":"sa","namespace":"default"}}""");
        var handler = cluster.Parts.CreateOnlyHandlers.Single(candidate => candidate.Plural == "serviceaccounts/token");
        var body = (JsonObject)JsonNode.Parse("""{"spec":{"expirationSeconds":10}}""")!;
        var error = await Assert.ThrowsAsync<ApiException>(async () =>
            await handler.CreateAsync(new CreateOnlyRequest(Account, "default", "sa", body), CancellationToken.None));
        Assert.Contains("spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes", error.Message, StringComparison.Ordinal);
    }
}
