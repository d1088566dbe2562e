using System.Text;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Evals.Suites;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Yaml;
using Operator.Rollouts;
using Xunit;

namespace Operator.Tests.Manifests;

/// <summary>What people copy must be right.</summary>
public sealed class SampleTests
{
    private static readonly KubernetesJson Json = new(ApiJsonContext.Default);

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(ConfigFolder.Path, "samples"), "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sample_has_nothing_to_find(string file)
    {
        foreach (var document in Read(file))
        {
            var found = document["kind"]!.GetValue<string>() switch
            {
                "ClaudeDeployment" => ClaudeDeploymentValidation.Validate(Json.FromNode<ClaudeDeployment>(document)),
                "ClaudeQuota" => ClaudeQuotaValidation.Validate(Json.FromNode<ClaudeQuota>(document)),
                _ => Findings.None,
            };
            Assert.Empty(found.Errors);
            Assert.Empty(found.Warnings);
        }
    }

    [Fact]
    public void No_sample_closes_the_lane_that_evals_run_in() =>
        Assert.All(Read("quotas.yaml"), q => Assert.Null(Json.FromNode<ClaudeQuota>(q).Spec.Lanes?.Bulk?.Window));

    [Fact]
    public void Every_sample_is_in_the_kustomization() => Assert.Equal(
        Files.Select(f => f.Data).Where(f => f != "kustomization.yaml"),
        Read("kustomization.yaml").Single()["resources"]!.AsArray().Select(r => r!.GetValue<string>()).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_suite_parses()
    {
        var data = Read("suite.yaml").Single()["data"]!["cases.jsonl"]!.GetValue<string>();
        var reading = SuiteReader.Read([new SuiteFile("triage-evals", "cases.jsonl", Encoding.UTF8.GetBytes(data))]);

        Assert.Empty(reading.Errors);
        Assert.Equal((6, 2), (reading.Suite!.Cases.Length, reading.Suite.Sentinels.Length));
    }

    [Fact]
    public void One_deployment_walks_from_1_to_10_percent_and_then_takes_all_traffic()
    {
        var plan = RolloutPlanFactory.Create(Json.FromNode<ClaudeDeployment>(Read("deployment_ticket_triage.yaml").Single()).Spec);

        Assert.Equal([100, 1000], plan.Steps.Select(s => s.Weight!.Value));
        Assert.Equal(5, plan.Gates.Length);
    }

    private static IEnumerable<JsonNode> Read(string file) => KubernetesYaml.Parse(File.ReadAllText(Path.Combine(ConfigFolder.Path, "samples", file)), file);
}
