using System.Collections.Immutable;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Revisions;
using Operator.Tests.Rollouts.Revisions;

namespace Operator.Tests.Rollouts.Configuration;

public class ConfigurationRenderingTests
{
    private static readonly ClaudeDeployment Owner = new()
    {
        Metadata = new V1ObjectMeta { Name = "triage", NamespaceProperty = "support", Uid = "uid-1" },
    };

    [Theory]
    [InlineData("stable")]
    [InlineData("canary")]
    [InlineData("flag")]
    [InlineData("rolled-back")]
    public void The_rendered_config_map_is_the_golden_one(string name)
    {
        var stable = Revision("v1", "Sort tickets.");
        var canary = Revision("v2", "Sort tickets well.");
        var input = Input(name == "flag" ? PromptDelivery.Flag : PromptDelivery.Inject, stable, canary);
        var mark = name == "rolled-back" ? new RollbackMark(canary.Revision, 0, "GateFailed", "gate errorRate failed") : null;
        var desired = name switch
        {
            "stable" => new DesiredConfiguration(stable.Revision, null, 0, [], null),
            "rolled-back" => new DesiredConfiguration(stable.Revision, null, 0, [], mark),
            _ => new DesiredConfiguration(stable.Revision, canary.Revision, 1000, [], null),
        };
        var (configuration, text) = ConfigurationRendering.Render(input with { Desired = desired });
        var map = LimiterConfigMap.Render(configuration, text, mark, Owner);
        GoldenFile.Matches($"limiter-{name}.json", KubernetesJson.ToNode(map));
        var held = LimiterConfigMap.Read(map);
        Assert.True(held.IsIntact);
        Assert.True(LimiterConfigMap.IsLabelled(map, Owner));
        Assert.Equal(configuration.Generation, held.Generation);
        Assert.Equal(mark, held.Mark);
        Assert.Equal(desired.Canary, held.Held!.Canary);
        Assert.Equal(desired.Weight, held.Held.Weight);
        Assert.Equal(stable.Revision, held.Held.Stable!.Revision);
    }

    [Fact]
    public void The_same_input_gives_the_same_text_and_the_text_the_same_configuration()
    {
        var stable = Revision("v1", "Sort.");
        var input = Input(PromptDelivery.Inject, stable) with { Desired = new DesiredConfiguration(stable.Revision, null, 0, [], null) };
        var (_, first) = ConfigurationRendering.Render(input);
        var (_, second) = ConfigurationRendering.Render(input with { Models = [.. input.Models.Reverse()] });
        Assert.Equal(first, second);
        var read = System.Text.Json.JsonSerializer.Deserialize(first, ContractJsonContext.Default.DeploymentConfiguration)!;
        Assert.Equal(first, CanonicalJson.Write(read, ContractJsonContext.Default.DeploymentConfiguration));
    }

    public static TheoryData<string> Edits => ["data", "generation", "mark", "digest", "key", "garbage"];

    [Theory]
    [MemberData(nameof(Edits))]
    public void Whatever_is_edited_is_noticed(string edit)
    {
        var stable = Revision("v1", "Sort.");
        var (configuration, text) = ConfigurationRendering.Render(
            Input(PromptDelivery.Inject, stable) with { Desired = new DesiredConfiguration(stable.Revision, null, 0, [], null) });
        var map = LimiterConfigMap.Render(configuration, text, null, Owner);
        switch (edit)
        {
            case "data": map.Data![LimiterConfigMap.Key] = text.Replace("Sort.", "Obey.", StringComparison.Ordinal); break;
            case "generation": map.Metadata.Annotations![LimiterConfigMap.GenerationAnnotation] = "99"; break;
            case "mark": map.Metadata.Annotations![LimiterConfigMap.RolledBackAnnotation] = "{\"revision\":\"x\"}"; break;
            case "digest": map.Metadata.Annotations!.Remove(LimiterConfigMap.DigestAnnotation); break;
            case "key": map.Data!.Clear(); break;
            case "garbage": map.Data![LimiterConfigMap.Key] = "{\"namespace\":"; break;
        }
        Assert.False(LimiterConfigMap.Read(map).IsIntact);
    }

    [Fact]
    public void Revisions_that_stand_by_are_left_out_from_the_oldest_before_anything_fails()
    {
        var all = Enumerable.Range(0, 8).Select(i => Revision("v" + i, new string((char)('a' + i), PromptResolver.MaxBytes))).ToArray();
        var input = Input(PromptDelivery.Inject, all);
        var desired = new DesiredConfiguration(all[0].Revision, all[1].Revision, 100, [.. all.Skip(2).Select(r => r.Revision)], null);
        var (configuration, text) = ConfigurationRendering.Render(input with { Desired = desired });
        Assert.True(text.Length <= ConfigurationRendering.MaxBytes);
        Assert.Equal(["v2", "v3", "v4"], configuration.Standby.Select(s => s.PromptVersion));
    }

    [Fact]
    public void A_rollback_window_of_the_longest_prompts_fits_beside_stable()
    {
        var all = Enumerable.Range(0, 4).Select(i => Revision("v" + i, new string((char)('a' + i), PromptResolver.MaxBytes))).ToArray();
        var desired = new DesiredConfiguration(all[0].Revision, null, 0, [.. all.Skip(1).Select(r => r.Revision)], null);
        Assert.Equal(3, ConfigurationRendering.Render(Input(PromptDelivery.Inject, all) with { Desired = desired }).Configuration.Standby.Count);
    }

    [Fact]
    public void What_cannot_be_rendered_says_why()
    {
        var stable = Revision("v1", "Sort.");
        var input = Input(PromptDelivery.Inject, stable);
        var missing = Assert.Throws<MissingRevisionException>(
            () => ConfigurationRendering.Render(input with { Desired = new DesiredConfiguration(new string('f', 64), null, 0, [], null) }));
        Assert.Contains("ffffffffff", missing.Message, StringComparison.Ordinal);
        // Control characters take six bytes each.
        var huge = new[] { Revision("v1", new string('\u0001', 180_000)), Revision("v2", new string('\u0002', 180_000)) };
        var large = Assert.Throws<ConfigurationTooLargeException>(() => ConfigurationRendering.Render(
            Input(PromptDelivery.Inject, huge) with { Desired = new DesiredConfiguration(huge[0].Revision, huge[1].Revision, 1, [], null) }));
        Assert.Contains("shorten", large.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_that_only_flags_knew_cannot_be_injected()
    {
        var stable = Revision("v1", "Sort.") with { SystemPrompt = null };
        Assert.Throws<MissingRevisionException>(() => ConfigurationRendering.Render(
            Input(PromptDelivery.Inject, stable) with { Desired = new DesiredConfiguration(stable.Revision, null, 0, [], null) }));
    }

    [Fact]
    public void Bounds_of_gates_reach_the_limiters()
    {
        var spec = RevisionContentTests.Spec();
        spec.Gates = new GatesSpec
        {
            Live =
            [
                new LiveGateSpec { Metric = LiveMetric.LatencyP95, Max = new Bound("18s") },
                new LiveGateSpec { Metric = LiveMetric.LatencyP50, Max = new Bound("2500ms") },
                new LiveGateSpec { Metric = LiveMetric.LatencyP99, MaxIncrease = new Percent("10%") },
                new LiveGateSpec { Metric = LiveMetric.TimeToFirstTokenP95, Max = new Bound("3s") },
                new LiveGateSpec { Metric = LiveMetric.CostPerRequest, Max = new Bound("0.50") },
            ],
        };
        var bounds = MeasurementBounds.Of(spec, [Revision("v1", "Sort.")], Models);
        Assert.Equal([2500, 18_000], bounds.LatencyBounds);
        Assert.Equal([3000], bounds.FirstTokenBounds);
        Assert.Equal(5_000_000_000, bounds.CostCap);
    }

    [Fact]
    public void A_ledger_knows_the_share_beside_stable()
    {
        var ledger = new ConfigurationLedger();
        ledger.Note(1, null, "a");
        ledger.Note(2, "a", "b");
        Assert.Equal(10_000, ledger.Find(1)!.ShareBeside(null, 10_000));
        Assert.Equal(0, ledger.Find(1)!.ShareBeside("a", 10_000));
        Assert.Equal(700, ledger.Find(2)!.ShareBeside("a", 700));
        Assert.Equal(9_300, ledger.Find(2)!.ShareBeside("b", 700));
        Assert.Equal(10_000, ledger.Find(2)!.ShareBeside("c", 700));
        Assert.Null(ledger.Find(3));
        for (var i = 3; i < 200; i++) ledger.Note(i, "a", null);
        Assert.Null(ledger.Find(2));
        Assert.Equal(199, ledger.Highest);
    }

    private static IReadOnlyList<ModelConfiguration> Models { get; } =
    [
        new() { Id = "claude-sonnet-5-5", Group = "sonnet-5", Prices = [new PriceTier { Input = 3000, CacheWrite5m = 3750, CacheWrite1h = 6000, CacheRead = 300, Output = 15_000 }] },
        new() { Id = "claude-haiku-5-5", Group = "haiku-5", Prices = [] },
        new() { Id = "claude-opus-5", Group = "opus-5", Prices = [] },
    ];

    private static Operator.Kubernetes.Serialization.KubernetesJson KubernetesJson { get; } = new(ApiJsonContext.Default);

    private static RevisionConfiguration Revision(string version, string text) => RevisionContent.Create(
        RevisionContentTests.Spec(), new PromptResolution.Found("triage", version, text, CanonicalJson.Digest(text)));

    private static ConfigurationInput Input(PromptDelivery delivery, params RevisionConfiguration[] contents)
    {
        var spec = RevisionContentTests.Spec();
        spec.Prompt.Delivery = delivery;
        spec.Lane = Api.Lane.Interactive;
        spec.Fallback = [new FallbackModel { Model = "claude-haiku-5-5" }];
        return new ConfigurationInput
        {
            Namespace = "support",
            Name = "triage",
            Spec = spec,
            Desired = new DesiredConfiguration(null, null, 0, [], null),
            Contents = contents.ToImmutableDictionary(c => c.Revision),
            Quota = new QuotaConfiguration
            {
                Namespace = "support",
                Name = "tools",
                Groups = [new GroupConfiguration { Group = "sonnet-5", Limits = new Amounts(60, 1000, 100), Boot = Share.None, Fallback = Share.None }],
            },
            Models = Models,
            Generation = 7,
        };
    }
}
