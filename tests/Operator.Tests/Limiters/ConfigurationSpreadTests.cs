using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Operator.Api;
using Operator.Catalog;
using Operator.Contract;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Limiters;
using Operator.Limiters.Authentication;
using Operator.Limiters.Configurations;
using Operator.Limiters.Reports;
using Operator.Limiters.Spend;
using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Quotas.Status;
using Operator.Rollouts;
using Operator.Rollouts.Configuration;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Testing;

namespace Operator.Tests.Limiters;

/// <summary>A configuration on its way to many limiters, and their answers.</summary>
public sealed class ConfigurationSpreadTests : IDisposable
{
    private static readonly ObjectKey Key = new("support", "triage");
    private static readonly LimiterIdentity Pod = new("support", "triage-0", "uid-0");
    private readonly ManualTimeProvider _time = new();
    private readonly PlayedInformers _informers = new();
    private readonly SteadyClock _clock;
    private readonly QuotaTrees _trees;
    private readonly LimiterConfigurations _configurations;
    private readonly LimiterStreams _streams;
    private readonly ReportDesk _desk;
    private readonly List<TimeSpan> _acknowledged = [];
    private long _sequence;

    public ConfigurationSpreadTests()
    {
        var settings = new OperatorSettings();
        _clock = new SteadyClock(_time);
        _trees = new QuotaTrees(_informers, new CatalogStore());
        _configurations = new LimiterConfigurations(_informers, settings, _clock);
        _streams = new LimiterStreams(_configurations);
        _desk = new ReportDesk(
            _trees, _configurations, new LimiterPods(_informers, settings), _streams, new QuotaUsageStore(), new SpendBook(), new AllocationOptions(), new ChannelOptions());
        _desk.Acknowledged += _acknowledged.Add;
    }

    public void Dispose()
    {
        _streams.Dispose();
        _configurations.Dispose();
        _trees.Dispose();
    }

    [Fact]
    public void All_limiters_of_a_workload_are_sent_the_same_bytes_made_once()
    {
        Write(1);
        var first = _configurations.Payload([Key], 1);
        Assert.Same(first, _configurations.Payload([Key], 1));
        Assert.NotSame(first, _configurations.Payload([Key], 2));
        Write(2);
        var second = _configurations.Payload([Key], 1);
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.Same(second, _configurations.Payload([Key], 1));
    }

    [Fact]
    public void The_event_holds_one_line_of_data_and_its_digest()
    {
        Write(3);
        var payload = _configurations.Payload([Key], 7);
        var lines = Encoding.UTF8.GetString(payload.Event).Split('\n');
        Assert.Equal(["event: configuration", "id: " + payload.Digest], lines[..2]);
        Assert.StartsWith("data: ", lines[2], StringComparison.Ordinal);
        Assert.Equal(["", ""], lines[3..]);
        var data = lines[2]["data: ".Length..];
        Assert.Equal(payload.Digest, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data))));
        var sent = JsonSerializer.Deserialize(data, ContractJsonContext.Default.LimiterConfiguration)!;
        Assert.Equal((7L, 3L), (sent.Epoch, Assert.Single(sent.Deployments).Generation));
    }

    [Fact]
    public void A_map_that_was_edited_by_hand_is_not_passed_on()
    {
        Write(1);
        var edited = Map(2);
        edited.Data![LimiterConfigMap.Key] = edited.Data[LimiterConfigMap.Key].Replace("\"canaryWeight\":2", "\"canaryWeight\":10000", StringComparison.Ordinal);
        _informers.Put(edited);
        Assert.Equal(1, _configurations.GenerationOf(Key).Generation);
    }

    [Fact]
    public void A_change_calls_the_streams_that_serve_the_deployment_and_no_others()
    {
        var (own, foreign) = (new LimiterStream("uid-0", [Key]), new LimiterStream("uid-1", [new ObjectKey("support", "other")]));
        _streams.Add(own);
        _streams.Add(foreign);
        var (more, otherMore) = (own.Take().More, foreign.Take().More);
        Write(1);
        Assert.True(more.IsCompleted);
        Assert.False(otherMore.IsCompleted);
        Assert.True(own.Take().Configuration);
        Assert.False(own.Take().Configuration);
    }

    [Fact]
    public void A_limiter_that_goes_over_to_the_newest_configuration_tells_how_long_that_took()
    {
        Write(1);
        Report(1);
        Assert.Empty(_acknowledged);
        Write(2);
        _time.Advance(TimeSpan.FromMilliseconds(80));
        Report(2);
        Report(2);
        Assert.Equal([TimeSpan.FromMilliseconds(80)], _acknowledged);
    }

    [Fact]
    public void Only_the_newest_counts_as_confirmed()
    {
        Write(1);
        Report(1);
        Write(2);
        Write(3);
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Report(2);
        Assert.Empty(_acknowledged);
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Report(3);
        Assert.Equal([TimeSpan.FromMilliseconds(60)], _acknowledged);
    }

    [Fact]
    public void What_a_limiter_held_when_it_was_first_heard_of_took_no_time()
    {
        Write(5);
        _time.Advance(TimeSpan.FromHours(1));
        Report(5);
        Assert.Empty(_acknowledged);
    }

    [Fact]
    public void Many_limiters_report_less_often_and_those_that_have_ended_slow_nobody_down()
    {
        TimeSpan Turn(int limiter, int sequence, bool ends) => _desk.Take(
            new Report { Instance = limiter.ToString("x32", CultureInfo.InvariantCulture), Namespace = "support", Pod = $"p-{limiter}", Sequence = sequence, Ends = ends },
            new LimiterIdentity("support", $"p-{limiter}", $"uid-{limiter}"), _clock.Now)!.NextReport;
        for (var i = 0; i < 1_000; i++) Turn(i, 1, false);
        _desk.Tick(_clock.Now);
        Assert.Equal(TimeSpan.FromSeconds(2), Turn(0, 2, false));
        for (var i = 1; i < 1_000; i++) Turn(i, 2, true);
        _desk.Tick(_clock.Now);
        Assert.Equal(TimeSpan.FromSeconds(1), Turn(0, 3, false));
    }

    [Fact]
    public void A_report_speaks_for_the_pods_own_deployments_and_their_quotas_only()
    {
        Write(1);
        string[] own = ["support/triage", "support/tools"];
        string[] foreign = ["other/triage", "support/triage2", "support/2triage", "supporttriage", "support//riage", "triage", "", "support/tool", "Support/Tools"];
        static Report Telling(params string[] names) => new()
        {
            Instance = new string('a', 32), Namespace = "said", Pod = "said", Sequence = 1,
            Applied = [.. names.Select(n => new AppliedConfiguration { Deployment = n, Generation = 1, CanaryWeight = 0 })],
            Leases = [.. names.Select(n => new HeldLease(n, "g", 1, 1))],
        };
        var kept = ReportScreen.Keep(Telling([.. foreign, .. own, null!]), Pod, [Key], _configurations);
        Assert.Equal(("support", "triage-0"), (kept.Namespace, kept.Pod));
        Assert.Equal("support/triage", Assert.Single(kept.Applied).Deployment);
        Assert.Equal("support/tools", Assert.Single(kept.Leases).Quota);

        var honest = Telling("support/triage") with { Leases = [new HeldLease("support/tools", "g", 1, 1)] };
        kept = ReportScreen.Keep(honest, Pod, [Key], _configurations);
        Assert.Same(honest.Applied, kept.Applied);
        Assert.Same(honest.Leases, kept.Leases);
        Assert.Empty(ReportScreen.Keep(honest, Pod, [], _configurations).Applied);
        var talkative = new AppliedConfiguration { Deployment = Key.ToString(), Generation = 1, CanaryWeight = 0, RefusedBecause = new string('x', 100_000) };
        var cut = ReportScreen.Keep(honest with { Applied = [talkative, talkative with { RefusedBecause = null }] }, Pod, [Key], _configurations).Applied;
        Assert.Equal([AppliedConfiguration.LongestReason, null], cut.Select(a => a.RefusedBecause?.Length));
    }

    [Fact]
    public void A_pods_limiter_serves_what_is_mounted_in_its_volume_by_name()
    {
        static V1Volume Volume(string name, params string[] maps) => new()
        {
            Name = name, Projected = new V1ProjectedVolumeSource { Sources = [.. maps.Select(m => new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = m } }), new()] },
        };
        var (a, b) = (LimiterPod.ConfigMapPrefix + "a", LimiterPod.ConfigMapPrefix + "b");
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "support" },
            Spec = new V1PodSpec { Containers = [], Volumes = [Volume("apps", LimiterPod.ConfigMapPrefix + "c"), Volume(LimiterVolume.Name, b, "other", a)] },
        };
        Assert.Equal([new ObjectKey("support", "a"), new ObjectKey("support", "b")], LimiterPods.DeploymentsOf(pod));
        Assert.Empty(LimiterPods.DeploymentsOf(new V1Pod { Metadata = pod.Metadata }));
    }

    private void Report(long generation) => Assert.NotNull(_desk.Take(
        new Report
        {
            Instance = new string('a', 32), Namespace = Pod.Namespace, Pod = Pod.Pod, Sequence = ++_sequence,
            Applied = [new AppliedConfiguration { Deployment = Key.ToString(), Generation = generation, CanaryWeight = 0 }],
        },
        Pod, _clock.Now));

    private void Write(long generation) => _informers.Put(Map(generation));

    private static V1ConfigMap Map(long generation)
    {
        var configuration = new DeploymentConfiguration
        {
            Namespace = Key.Namespace!, Name = Key.Name, Generation = generation, CanaryWeight = (int)generation, Models = [],
            Quota = new QuotaConfiguration { Namespace = Key.Namespace!, Name = "tools", Groups = [] },
        };
        var text = CanonicalJson.Write(configuration, ContractJsonContext.Default.DeploymentConfiguration);
        var owner = new ClaudeDeployment { Metadata = new V1ObjectMeta { Name = Key.Name, NamespaceProperty = Key.Namespace, Uid = "uid" } };
        return LimiterConfigMap.Render(configuration, text, null, owner);
    }
}
