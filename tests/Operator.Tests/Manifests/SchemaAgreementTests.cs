using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Api.Tests.Validation;
using Operator.Api.Validation;
using Xunit;

namespace Operator.Tests.Manifests;

/// <summary>Validation in code is at least as strict as the schemas: what lint calls good, no API server refuses.</summary>
public sealed class SchemaAgreementTests(InstalledManifests installed) : IClassFixture<InstalledManifests>
{
    private const int Cases = 400;

    public static TheoryData<string> Targets => InstalledManifests.Targets;

    [Theory]
    [MemberData(nameof(Targets))]
    public Task ClaudeDeployments_that_are_valid_are_accepted(string target) =>
        CheckAsync<ClaudeDeployment>(target, Manifest.Deployment, "claudedeployments", 11, e => ClaudeDeploymentValidation.Validate(e));

    [Theory]
    [MemberData(nameof(Targets))]
    public Task ClaudeQuotas_that_are_valid_are_accepted(string target) =>
        CheckAsync<ClaudeQuota>(target, Manifest.Quota, "claudequotas", 12, e => ClaudeQuotaValidation.Validate(e));

    [Theory]
    [MemberData(nameof(Targets))]
    public Task ClaudeEvalRuns_that_are_valid_are_accepted(string target) =>
        CheckAsync<ClaudeEvalRun>(target, Manifest.EvalRun, "claudeevalruns", 13, ClaudeEvalRunValidation.Validate);

    private async Task CheckAsync<T>(string target, string manifest, string plural, int seed, Func<T, Findings> validate)
        where T : class, Kubernetes.IKubernetesObject<Kubernetes.Models.V1ObjectMeta>, Kubernetes.Serialization.IToleratesUnreadable, new()
    {
        using var client = await installed.ClientAsync(target);
        var random = new Random(seed);
        var sent = 0;
        var disagreements = new List<string>();
        for (var i = 0; i < Cases; i++)
        {
            var node = JsonNode.Parse(manifest)!;
            if (i > 0) ManifestMutation.Change(node["spec"]!, random);
            node["metadata"]!["namespace"] = "default";
            // A number that no API server reads at all is not the schema's concern.
            if (HasNull(node) || node.ToJsonString().Contains("1e400", StringComparison.Ordinal) || !validate(Manifest.Read<T>(node)).IsValid) continue;
            sent++;
            using var body = new StringContent(node.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(
                $"apis/claudeops.dev/v1alpha1/namespaces/default/{plural}?dryRun=All", body, TestContext.Current.CancellationToken);
            if (answer.StatusCode == HttpStatusCode.Created) continue;
            var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            disagreements.Add($"{status?["message"]}");
        }
        Assert.True(sent > Cases / 40, $"only {sent} of {Cases} mutations were valid");
        Assert.True(disagreements.Count == 0, string.Join("\n", disagreements.Distinct()));
    }

    // Nulls are not sent by kubectl and helm; an API server drops or refuses them by rules of its own.
    private static bool HasNull(JsonNode? node) => node switch
    {
        null => true,
        JsonObject map => map.Any(p => HasNull(p.Value)),
        JsonArray list => list.Any(HasNull),
        _ => false,
    };
}
