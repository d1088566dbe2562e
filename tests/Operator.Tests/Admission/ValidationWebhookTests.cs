using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Tests.Admission;

/// <summary>Validation as somebody who applies sees it.</summary>
public sealed class ValidationWebhookTests : IAsyncLifetime
{
    private AdmissionCluster _cluster = null!;
    private OperatorUnderTest _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await AdmissionCluster.StartAsync();
        _operator = await _cluster.StartOperatorAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _operator.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_bad_deployment_is_refused_with_every_path_at_once()
    {
        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => _cluster.DeploymentAsync("bad", change: spec =>
        {
            spec.Canary = new CanarySpec
            {
                Steps = [new CanaryStep { Weight = new Percent("50"), Hold = new GoDuration("5m") }, new CanaryStep { Weight = new Percent("10"), Hold = new GoDuration("5m") }],
            };
            spec.Fallback = [new FallbackModel { Model = "claude-sonnet-5-5" }];
        }));
        Assert.Equal(422, (int)refusal.StatusCode);
        var fields = refusal.Status!.Details!.Causes!.Select(cause => cause.Field).ToList();
        Assert.Contains("spec.fallback[0].model", fields);
        Assert.Contains("spec.canary.steps[1].weight", fields);
        Assert.All(fields, field => Assert.Contains(field!, refusal.Message, StringComparison.Ordinal));
        Assert.Null(await _cluster.Client.GetAsync<ClaudeDeployment>("bad", "team-a"));
    }

    [Fact]
    public async Task What_is_allowed_but_unwise_arrives_as_warnings()
    {
        await _cluster.DeploymentAsync("early");
        Assert.Contains(_cluster.Warnings, w => w.StartsWith("spec.quotaRef: there is no ClaudeQuota team-a/support-tools", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Guarantees_beyond_the_parent_and_cycles_are_refused_and_a_missing_parent_is_not()
    {
        await _cluster.QuotaAsync("org", change: spec => spec.AllowedNamespaces = ["*"]);
        await _cluster.QuotaAsync("one", change: Under("org", "70%"));
        await CachedAsync(2);
        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => _cluster.QuotaAsync("two", change: Under("org", "40%")));
        Assert.Equal("spec.share.guarantee", Assert.Single(refusal.Status!.Details!.Causes!).Field);
        refusal = await Assert.ThrowsAsync<KubernetesException>(() => _cluster.Client.PatchAsync<ClaudeQuota>(
            "org", "team-a", KubernetesPatch.Merge((JsonObject)JsonNode.Parse("""{"spec":{"tier":null,"parentRef":{"name":"one"}}}""")!)));
        Assert.Contains("its own ancestor", refusal.Message, StringComparison.Ordinal);
        await _cluster.QuotaAsync("orphan", change: Under("later", "40%"));
        Assert.Contains(_cluster.Warnings, w => w.Contains("no ClaudeQuota team-a/later yet", StringComparison.Ordinal));

        await _cluster.Client.DeleteAsync<ClaudeQuota>("org", "team-a");
        Assert.Contains(_cluster.Warnings, w => w.Contains("lose their limits: team-a/one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_eval_run_never_changes()
    {
        await _cluster.Client.CreateAsync(new ClaudeEvalRun
        {
            Metadata = new V1ObjectMeta { Name = "run", NamespaceProperty = "team-a" },
            Spec = new ClaudeEvalRunSpec { DeploymentRef = new DeploymentReference { Name = "triage" }, Revision = new string('a', 64), Gate = "golden" },
        });
        await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync<ClaudeEvalRun>("run", """{"spec":{"gate":"other"}}"""));
        await PatchAsync<ClaudeEvalRun>("run", """{"metadata":{"annotations":{"a":"b"}}}""");
    }

    [Fact]
    public async Task A_stored_object_that_nobody_would_accept_today_can_still_be_finalized_and_repaired()
    {
        await _cluster.LoosenAsync("claudedeployments");
        _cluster.Route((System.Net.IPEndPoint?)null);
        var generic = new GenericClient(_cluster.Client);
        // One value is unwise for today's rules, another is not even readable as today's type.
        await AdmissionCluster.UntilAsync(async () =>
        {
            try
            {
                await generic.ApplyAsync((JsonObject)JsonNode.Parse(
                    """
                    {"apiVersion":"claudeops.dev/v1alpha1","kind":"ClaudeDeployment","metadata":{"name":"old","namespace":"team-a","finalizers":["example.com/hold"]},
                     "spec":{"model":"","lane":{"of":"another version"},"prompt":{"name":"p","version":"v1"},"quotaRef":{"name":"q"}}}
                    """)!);
                return true;
            }
            catch (KubernetesException error) when ((int)error.StatusCode == 422)
            {
                // The looser schema is not served yet.
                return false;
            }
        });
        _cluster.Route(_operator);

        await generic.PatchAsync("claudeops.dev/v1alpha1", "ClaudeDeployment", "old", "team-a", Merge("""{"metadata":{"labels":{"a":"b"},"finalizers":null}}"""));
        var refusal = await Assert.ThrowsAsync<KubernetesException>(() =>
            generic.PatchAsync("claudeops.dev/v1alpha1", "ClaudeDeployment", "old", "team-a", Merge("""{"spec":{"lane":"bulk"}}""")));
        Assert.Contains("spec.model", refusal.Message, StringComparison.Ordinal);
        await generic.PatchAsync("claudeops.dev/v1alpha1", "ClaudeDeployment", "old", "team-a", Merge("""{"spec":{"lane":"bulk","model":"claude-sonnet-5-5"}}"""));
    }

    private static Action<ClaudeQuotaSpec> Under(string parent, string guarantee) => spec =>
    {
        spec.Tier = null;
        spec.ParentRef = new QuotaReference { Name = parent };
        spec.Share = new ShareSpec { Guarantee = new Percent(guarantee) };
    };

    private Task CachedAsync(int quotas) => AdmissionCluster.UntilAsync(() => _operator.Cached<ClaudeQuota>() == quotas);

    private Task<T> PatchAsync<T>(string name, string patch)
        where T : class, IKubernetesObject<V1ObjectMeta> => _cluster.Client.PatchAsync<T>(name, "team-a", Merge(patch));

    private static KubernetesPatch Merge(string patch) => KubernetesPatch.Merge((JsonObject)JsonNode.Parse(patch)!);
}
