using Operator.Api;
using Operator.Rollouts.Gates;
using Xunit;

namespace Operator.Tests.Rollouts.Gates;

public sealed class GateFactoryTests
{
    public static TheoryData<LiveMetric, string, string, double> Limits => new()
    {
        { LiveMetric.ErrorRate, "maxIncrease", "1%", 0.01 },
        { LiveMetric.ErrorRate, "max", "2.5%", 0.025 },
        { LiveMetric.LatencyP95, "max", "18s", 18 },
        { LiveMetric.LatencyP95, "maxIncrease", "10%", 0.1 },
        { LiveMetric.TimeToFirstTokenP95, "max", "250ms", 0.25 },
        { LiveMetric.CostPerRequest, "max", "0.25", 0.25 },
        { LiveMetric.CostPerRequest, "maxIncrease", "20%", 0.2 },
        { LiveMetric.OutputTokensPerRequest, "max", "900", 900 },
        { LiveMetric.CacheHitRatio, "min", "55%", 0.55 },
        { LiveMetric.TruncationRate, "maxIncrease", "0", 0 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_bound_is_read_in_the_unit_of_its_metric(LiveMetric metric, string field, string text, double limit)
    {
        var spec = new LiveGateSpec { Metric = metric };
        var kind = field switch
        {
            "max" => Set(() => spec.Max = new Bound(text), LiveLimitKind.Max),
            "min" => Set(() => spec.Min = new Bound(text), LiveLimitKind.Min),
            _ => Set(() => spec.MaxIncrease = new Percent(text), LiveLimitKind.MaxIncrease),
        };

        var gate = GateFactory.Live(spec);

        Assert.Equal((metric, kind, limit), (gate.Metric.Metric, gate.LimitKind, gate.Limit));
        Assert.Null(gate.Problem());
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(0L, 100)]
    [InlineData(20L, 20)]
    public void The_step_may_ask_for_another_number_of_requests(long? step, long least) =>
        Assert.Equal(least, GateFactory.Live(new LiveGateSpec { Metric = LiveMetric.ErrorRate, MaxIncrease = new Percent("1%") }, step).MinRequests);

    [Fact]
    public void Proof_and_warmup_are_kept()
    {
        var gate = GateFactory.Live(new LiveGateSpec { Metric = LiveMetric.ErrorRate, MaxIncrease = new Percent("1%"), Proof = Proof.NonInferior, Warmup = new GoDuration("5m") });

        Assert.Equal((Proof.NonInferior, TimeSpan.FromMinutes(5)), (gate.Proof, gate.Warmup));
    }

    [Fact]
    public void A_live_gate_without_a_bound_throws() =>
        Assert.Throws<ArgumentException>(() => GateFactory.Live(new LiveGateSpec { Metric = LiveMetric.ErrorRate }));

    [Fact]
    public void An_offline_gate_without_bounds_asks_for_every_case_at_95_percent_confidence() =>
        Assert.Equal(new OfflineGate("golden", 1) { Confidence = 0.95 }, GateFactory.Offline(new EvalGate { Name = "golden" }));

    [Fact]
    public void An_offline_gate_takes_its_bounds_from_the_spec() =>
        Assert.Equal(
            new OfflineGate("golden", 0.95) { MaxRegression = 0.02, WorstSlice = 0.85, Confidence = 0.9 },
            GateFactory.Offline(new EvalGate
            {
                Name = "golden",
                PassRate = new Percent("95%"),
                MaxRegression = new Percent("2%"),
                Confidence = new Percent("90"),
                Slices = new SlicesSpec { Worst = new Percent("85%") },
            }));

    private static LiveLimitKind Set(Action set, LiveLimitKind kind)
    {
        set();
        return kind;
    }
}
