using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Local.Platform;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Yaml;
using Operator.Limiter.Hosting;
using Operator.MockClaude;

namespace Operator.Cli.Tests.Local;

/// <summary>The namespaced installation: Roles only, no webhooks, and limiters that the command puts into the manifests.</summary>
[Collection("local")]
public sealed class RolesOnlyTests
{
    private const string Name = "claude-operator";
    private const string Space = "claude-operator-system";

    private const string Organization = """
        apiVersion: v1
        kind: Secret
        metadata: {name: claude-api-key, namespace: claude-operator-system}
        stringData: {api-key: KEY}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: triage-v1, namespace: claude-operator-system, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v1}}
        data: {system: You sort support tickets.}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: team, namespace: claude-operator-system}
        spec: {tier: Start, credentialsRef: {secretName: claude-api-key}}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage, namespace: claude-operator-system}
        spec: {model: claude-sonnet-5-5, prompt: {name: triage, version: v1}, parameters: {maxTokens: 100}, quotaRef: {name: team}}
        """;

    private const string Tool = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: triage}
        spec:
          replicas: 2
          selector: {matchLabels: {app: triage}}
          template:
            metadata:
              labels: {app: triage, claudeops.dev/inject: "true"}
            spec:
              securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: users
                image: claude-users
                env:
                - {name: USERS_RATE, value: "5"}
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """;

    [Fact]
    public async Task An_operator_with_roles_only_leads_limiters_that_stand_in_their_manifests_also_when_it_is_installed_anew_without_its_Lease()
    {
        var token = TestContext.Current.CancellationToken;
        var limiters = new ConcurrentBag<LimiterHost>();
        await using var platform = await LocalPlatform.StartAsync(new LocalOptions { LimiterStarted = limiters.Add }, token);
        foreach (var document in Namespaced()) await platform.ApplyAsync(document, token);
        await LocalPlatform.UntilAsync(
            async () => (int?)(await platform.Objects.GetAsync("apps/v1", "Deployment", Name, Space, token))?["status"]?["readyReplicas"] == 2, "the operator to be ready", token);
        foreach (var document in KubernetesYaml.Parse(Organization.Replace("KEY", MockClaudeOptions.DefaultKey, StringComparison.Ordinal)).OfType<JsonObject>()) await platform.ApplyAsync(document, token);

        foreach (var document in await InjectAsync(platform)) await platform.ApplyAsync(document, token);
        platform.Users.Load = 1;
        // Only the channel tells the operator that limiters are there, and that they hold what they should.
        await LocalPlatform.UntilAsync(
            async () => (await platform.Client.GetAsync<ClaudeDeployment>("triage", Space, token))?.Status is { Limiters: { Total: 2, Current: 2 }, Stable: not null }, "both limiters to be led", token);
        await LocalPlatform.UntilAsync(() => Task.FromResult(platform.Users.Count(UserOutcome.Answered) > 20), "answers", token);

        // None of it took a right on the whole cluster.
        foreach (var kind in new[] { "ClusterRole", "ClusterRoleBinding" })
            Assert.Null(await platform.Objects.GetAsync("rbac.authorization.k8s.io/v1", kind, "claude-operator", null, token));
        var trust = await platform.Client.GetAsync<V1ConfigMap>("claude-operator-ca", Space, token);
        Assert.Equal(2, trust!.Data!.Count);

        await ReinstallAsync(platform, limiters);
    }

    /// <summary>The operator is removed with its Lease and installed anew, while the same limiters go on.</summary>
    private static async Task ReinstallAsync(LocalPlatform platform, ConcurrentBag<LimiterHost> limiters)
    {
        var token = TestContext.Current.CancellationToken;
        var operators = Namespaced().Single(d => (string?)d["kind"] == "Deployment");
        await LocalPlatform.UntilAsync(() => Task.FromResult(limiters.All(l => l.State.Leases.Report().Count > 0)), "every limiter to hold a lease", token);
        await ScaleAsync(0);
        await LocalPlatform.UntilAsync(
            async () => !(await platform.Client.ListAsync<V1Pod>(new ListOptions { Namespace = Space, LabelSelector = "app.kubernetes.io/name=claude-operator" }, token)).Items.Any(), "the operator to end", token);
        var (former, before) = ((await platform.Client.GetAsync<V1Lease>(Name, Space, token))!, limiters.Max(l => l.State.Leases.Epoch));
        Assert.Equal(Created(former) + (former.Spec!.LeaseTransitions ?? 0), before);
        // A Lease made within the same second would be as old.
        await LocalPlatform.UntilAsync(() => Task.FromResult(DateTimeOffset.UtcNow.ToUnixTimeSeconds() > before), "the next second", token);
        await platform.Client.DeleteAsync<V1Lease>(Name, Space, null, token);
        await ScaleAsync(2);

        // Its transitions are counted from zero again, and still every limiter believes the new leader.
        await LocalPlatform.UntilAsync(
            async () => await platform.Client.GetAsync<V1Lease>(Name, Space, token) is { Spec: { HolderIdentity.Length: > 0, LeaseTransitions: null or 0 } } made && made.Metadata.Uid != former.Metadata.Uid
                && limiters.All(l => l.State.Leases.Report() is { Count: > 0 } held && held.All(h => h.Epoch == Created(made))),
            "every limiter to hold a lease of the new leader", token);
        Assert.All(limiters, l => Assert.True(l.State.Leases.Epoch > before));
        Assert.Equal(2, limiters.Count);

        async Task ScaleAsync(int replicas)
        {
            operators["spec"]!["replicas"] = replicas;
            await platform.ApplyAsync(operators, token);
        }

        static long Created(V1Lease lease) => lease.Metadata.CreationTimestamp!.Value.ToUnixTimeSeconds();
    }

    private static async Task<IReadOnlyList<JsonObject>> InjectAsync(LocalPlatform platform)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Tool, TestContext.Current.CancellationToken);
            var (output, error) = (new StringWriter(), new StringWriter());
            var code = await CommandTree.RunAsync(
                ["inject", file, "-n", Space, "--kubeconfig", platform.Kubeconfig, "--upstream", platform.Claude!.Address.AbsoluteUri],
                new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
            Assert.True(code == ExitCode.Done, error.ToString());
            var documents = KubernetesYaml.Parse(output.ToString()).OfType<JsonObject>().ToList();
            foreach (var document in documents) document["metadata"]!["namespace"] = Space;
            return documents;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What <c>kubectl kustomize config/namespaced</c> writes.</summary>
    private static IEnumerable<JsonObject> Namespaced()
    {
        var folder = Find();
        var patch = (string)KubernetesYaml.ParseObject(File.ReadAllText(Path.Combine(folder, "namespaced", "kustomization.yaml")))["patches"]![0]!["patch"]!;
        var environment = KubernetesYaml.Parse(patch).Single().AsArray().Select(o => o!["value"]!).ToList();
        string[] roles = [.. Directory.EnumerateFiles(Path.Combine(folder, "rbac", "namespaced")).Where(f => !f.EndsWith("kustomization.yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (var document in EmbeddedManifests.Read("config.crd.").Concat(EmbeddedManifests.Read("config.manager.namespace"))
                     .Concat(roles.SelectMany(f => KubernetesYaml.Parse(File.ReadAllText(f), f).OfType<JsonObject>())).Concat(EmbeddedManifests.Read("config.manager.manager")))
        {
            var copy = document.DeepClone().AsObject();
            if ((string?)copy["kind"] == "Deployment")
            {
                foreach (var variable in environment) copy["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Add(variable.DeepClone());
            }
            yield return copy;
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "config", "namespaced"))) return Path.Combine(folder.FullName, "config");
        }
        throw new DirectoryNotFoundException("config/namespaced is not above the tests");
    }
}
