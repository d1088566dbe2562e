using System.Text;
using System.Text.Json.Nodes;
using Operator.Limiters.Authentication;
using Operator.Limiters.Authentication.Offline;
using Xunit;

namespace Operator.Tests.Manifests;

/// <summary>What an operator with Roles only may do and find out.</summary>
public sealed partial class ApplyManifestTests
{
    private const string Team = "roles-only";
    private const string Account = $"system:serviceaccount:{Team}:claude-operator";

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task With_roles_only_the_operator_may_do_in_its_namespace_what_it_needs_and_nothing_of_the_whole_cluster(string target)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        await RolesOnlyAsync(kubectl);
        using var client = await installed.ClientAsync(target);
        (string Verb, string Group, string Resource)[] needed =
        [
            ("watch", "claudeops.dev", "claudedeployments"), ("patch", "claudeops.dev", "claudequotas/status"), ("create", "", "configmaps"), ("patch", "", "configmaps"),
            ("watch", "", "pods"), ("update", "coordination.k8s.io", "leases"), ("create", "batch", "jobs"), ("create", "events.k8s.io", "events"),
        ];
        // A real API server takes a moment to know new roles.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        foreach (var (verb, group, resource) in needed)
        {
            while (!await MayAsync(client, verb, group, resource, Team)) await Task.Delay(100, limit.Token);
        }
        Assert.True(await MayAsync(client, "/.well-known/openid-configuration"));
        Assert.True(await MayAsync(client, "/openid/v1/jwks"));
        (string Verb, string Group, string Resource, string Namespace)[] forbidden =
        [
            ("create", "authentication.k8s.io", "tokenreviews", ""), ("list", "", "namespaces", ""), ("get", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", ""),
            ("list", "", "pods", "default"), ("list", "", "configmaps", ""), ("get", "", "secrets", Team), ("create", "rbac.authorization.k8s.io", "rolebindings", Team),
        ];
        foreach (var (verb, group, resource, space) in forbidden) Assert.False(await MayAsync(client, verb, group, resource, space), $"{verb} {resource}");
    }

    /// <summary>The tokens of a real API server, with the keys that it publishes, read with the operator's own rights.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_token_of_a_pod_is_good_by_what_the_cluster_publishes_and_of_nobody_else(string target)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        await RolesOnlyAsync(kubectl);
        var keys = IssuerKeys.Read(await ReadAsync(kubectl, "get", "--raw", "/" + IssuerKeys.DiscoveryPath, "--as=" + Account), await ReadAsync(kubectl, "get", "--raw", "/" + IssuerKeys.KeysPath, "--as=" + Account));
        await ReadAsync(kubectl, "create", "serviceaccount", "app", "-n", Team);
        var pod = JsonNode.Parse(await ReadAsync(kubectl, "run", "app-1", "-n", Team, "--image=app", "--overrides={\"spec\":{\"serviceAccountName\":\"app\"}}", "-o", "json"))!;
        string[] bound = ["--bound-object-kind=Pod", "--bound-object-name=app-1", "--audience=claude-operator"];

        var token = SignedToken.Read((await ReadAsync(kubectl, ["create", "token", "app", "-n", Team, .. bound])).Trim());
        Assert.Equal(TokenVerdict.Good, Judge(token));
        Assert.Equal(new LimiterIdentity(Team, "app-1", (string)pod["metadata"]!["uid"]!), token!.Claims.Pod);
        Assert.Equal(TokenVerdict.WrongAudience, Judge(SignedToken.Read((await ReadAsync(kubectl, ["create", "token", "app", "-n", Team, .. bound[..2]])).Trim())));
        Assert.Equal(TokenVerdict.NotOfAPod, Judge(SignedToken.Read((await ReadAsync(kubectl, "create", "token", "app", "-n", Team, bound[2])).Trim())));

        TokenVerdict Judge(SignedToken? read) => TokenRules.Judge(read, keys, "claude-operator", DateTimeOffset.UtcNow);
    }

    /// <summary>The Roles of the namespaced installation, in a namespace in which no ClusterRole of the other one reaches the operator.</summary>
    private static async Task RolesOnlyAsync(KubectlRun kubectl)
    {
        var manifests = new StringBuilder($"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {Team}\n");
        foreach (var file in new[] { "service_account.yaml", "role.yaml", "leader_election_role.yaml" })
            manifests.Append("---\n").Append((await File.ReadAllTextAsync(Path.Combine(ConfigFolder.Path, "rbac", "namespaced", file), TestContext.Current.CancellationToken)).Replace(ManifestLabels.Namespace, Team, StringComparison.Ordinal));
        var (exit, text) = await kubectl.RunAsync(manifests.ToString(), TestContext.Current.CancellationToken, "apply", "-f", "-");
        Assert.True(exit == 0, text);
        Assert.DoesNotContain("clusterrole", text, StringComparison.Ordinal);
    }

    private static Task<bool> MayAsync(HttpClient client, string verb, string group, string resource, string space) => MayAsync(client, "resourceAttributes", new JsonObject
    {
        ["verb"] = verb, ["group"] = group, ["resource"] = resource.Split('/')[0], ["subresource"] = resource.Contains('/', StringComparison.Ordinal) ? resource.Split('/')[1] : "", ["namespace"] = space,
    });

    private static Task<bool> MayAsync(HttpClient client, string path) => MayAsync(client, "nonResourceAttributes", new JsonObject { ["verb"] = "get", ["path"] = path });

    private static async Task<bool> MayAsync(HttpClient client, string kind, JsonObject attributes)
    {
        var review = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["user"] = Account, ["groups"] = new JsonArray("system:serviceaccounts", "system:serviceaccounts:" + Team, "system:authenticated"), [kind] = attributes,
            },
        };
        using var body = new StringContent(review.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("apis/authorization.k8s.io/v1/subjectaccessreviews", body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return (bool)JsonNode.Parse(text)!["status"]!["allowed"]!;
    }

    private static async Task<string> ReadAsync(KubectlRun kubectl, params IEnumerable<string> arguments)
    {
        var (exit, text) = await RunAsync(kubectl, arguments);
        Assert.True(exit == 0, text);
        return text;
    }
}
