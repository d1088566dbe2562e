using Operator.Api;
using Operator.Api.Validation;
using Operator.Rollouts.Gates;
using Xunit;

namespace Operator.Tests.Rollouts.Gates;

/// <summary>Validation and evaluation know the same gates: what the one accepts, the other can judge, and nothing else.</summary>
public sealed class GateBoundsTests
{
    public static TheoryData<LiveMetric, string, string> Bounds
    {
        get
        {
            var rows = new TheoryData<LiveMetric, string, string>();
            foreach (var metric in Enum.GetValues<LiveMetric>())
            {
                foreach (var bound in new[] { "max", "min", "maxIncrease" })
                {
                    foreach (var text in new[] { "5%", "18s", "0.25", "900" }) rows.Add(metric, bound, text);
                }
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_gate_is_valid_exactly_when_it_can_be_judged(LiveMetric metric, string field, string text)
    {
        var gate = new LiveGateSpec { Metric = metric };
        if (field == "max") gate.Max = new Bound(text);
        else if (field == "min") gate.Min = new Bound(text);
        else gate.MaxIncrease = new Percent(text);
        var entity = new ClaudeDeployment
        {
            Spec = new ClaudeDeploymentSpec
            {
                Model = "m",
                Prompt = new PromptReference { Name = "p", Version = "v" },
                QuotaRef = new QuotaReference { Name = "q" },
                Canary = new CanarySpec { Percentage = new Percent("10") },
                Gates = new GatesSpec { Live = [gate] },
            },
        };

        Assert.Equal(CanBeJudged(gate) && HasUnit(gate, text), ClaudeDeploymentValidation.Validate(entity).IsValid);
    }

    // A share without a percent sign can be read, but nobody knows what its author meant.
    private static bool HasUnit(LiveGateSpec gate, string text) =>
        text.EndsWith('%') || (gate.MaxIncrease is null && LiveMetricDefinition.Of(gate.Metric).Unit != LiveMetricUnit.Share);

    private static bool CanBeJudged(LiveGateSpec gate)
    {
        try
        {
            return GateFactory.Live(gate).Problem() is null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
