using Operator.Api;
using Operator.Api.Validation;
using Operator.Kubernetes.Models;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;
using Operator.Rollouts.Status;

namespace Operator.Tests.Rollouts.Status;

public class RolloutConditionsTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PromptResolution Found = new PromptResolution.Found("triage", "v1", "secret text", "0123456789abcdef");

    public static TheoryData<Phase, string, string> Phases => new()
    {
        { Phase.Evaluating, "Reconciling", "Unknown" },
        { Phase.Progressing, "Reconciling", "Unknown" },
        { Phase.Paused, "Reconciling", "Unknown" },
        { Phase.Promoting, "Reconciling", "True" },
        { Phase.RollingBack, "Reconciling", "False" },
        { Phase.Healthy, "", "True" },
        { Phase.RolledBack, "Stalled", "False" },
        { Phase.Held, "Stalled", "False" },
        { Phase.Degraded, "Stalled", "False" },
        { Phase.Pending, "Stalled", "Unknown" },
    };

    [Theory]
    [MemberData(nameof(Phases))]
    public void Every_phase_is_told_by_the_kstatus_rules(Phase phase, string abnormal, string gates)
    {
        var conditions = Of(Input(phase) with { DeclaredIsStable = phase == Phase.Healthy, Gates = 2 });
        Assert.Equal(phase == Phase.Healthy ? "True" : "False", conditions["Ready"]);
        Assert.Equal(abnormal == "Reconciling", conditions.ContainsKey("Reconciling"));
        Assert.Equal(abnormal == "Stalled", conditions.ContainsKey("Stalled"));
        Assert.Equal(gates, conditions["GatesPassed"]);
        Assert.Equal("True", conditions["Accepted"]);
        Assert.Equal("True", conditions["PromptResolved"]);
        Assert.Equal("True", conditions["QuotaBound"]);
        Assert.Equal("True", conditions["ModelSupported"]);
    }

    public static TheoryData<string, string, string> Resolutions => new()
    {
        { PromptReasons.NotFound, "Reconciling", "PromptResolved" },
        { PromptReasons.Ambiguous, "Stalled", "PromptResolved" },
        { PromptReasons.TooLarge, "Stalled", "PromptResolved" },
        { PromptReasons.Empty, "Stalled", "PromptResolved" },
        { "QuotaMissing", "Reconciling", "QuotaBound" },
        { "QuotaForbidden", "Stalled", "QuotaBound" },
        { "ModelUnknown", "Stalled", "ModelSupported" },
    };

    [Theory]
    [MemberData(nameof(Resolutions))]
    public void What_is_not_resolved_is_told_by_its_own_condition(string reason, string abnormal, string type)
    {
        var input = Input(Phase.Pending) with { Reason = reason };
        input = type switch
        {
            "PromptResolved" => input with { Prompt = new PromptResolution.Failed(reason, "why") },
            "QuotaBound" => input with { Budget = new RolloutBudget { Refusal = reason, Message = "why", MayResolve = reason == "QuotaMissing" } },
            _ => input with { Budget = new RolloutBudget { Model = new ModelSupport(false, reason, "why", IsUsable: false) } },
        };
        var conditions = RolloutConditions.Of(input, null, 3, T0);
        Assert.Equal(("False", reason, "why"), Tuple(conditions.Single(c => c.Type == type)));
        Assert.Equal("True", conditions.Single(c => c.Type == abnormal).Status);
        Assert.Single(conditions, c => c.Type is "Reconciling" or "Stalled");
        Assert.All(conditions, c => Assert.Equal(3, c.ObservedGeneration));
    }

    [Fact]
    public void An_invalid_spec_is_stalled_and_not_ready_whatever_the_phase()
    {
        foreach (var phase in Enum.GetValues<Phase>())
        {
            var conditions = Of(Input(phase) with { Invalid = "spec.model: is missing", Prompt = null, Budget = null });
            Assert.Equal("False", conditions["Ready"]);
            Assert.Equal("True", conditions["Stalled"]);
            Assert.Equal("False", conditions["Accepted"]);
            Assert.False(conditions.ContainsKey("Reconciling"));
        }
    }

    [Fact]
    public void A_model_that_validation_refuses_as_retired_is_not_supported()
    {
        var input = Input(Phase.Healthy) with { Invalid = "spec.model: retired", Retired = "spec.model: retired", Prompt = null, Budget = null };
        Assert.Equal(("False", "ModelRetired", "spec.model: retired"), Tuple(RolloutConditions.Of(input, null, 1, T0).Single(c => c.Type == "ModelSupported")));
    }

    [Fact]
    public void A_retired_model_is_found_among_errors_and_that_of_a_fallback_is_not_the_declared_one()
    {
        var fallback = new Finding("spec.fallback[0].model", FindingReason.ModelRetired, "old");
        Assert.Null(RolloutStatus.Retired(new Findings([fallback], [])));
        Assert.Equal("spec.model: old", RolloutStatus.Retired(new Findings([fallback, fallback with { Path = "spec.model" }], [])));
    }

    [Fact]
    public void A_retiring_model_is_told_and_keeps_the_deployment_ready()
    {
        var conditions = Of(Input(Phase.Healthy) with { Budget = new RolloutBudget { Model = new ModelSupport(false, "ModelRetiresSoon", "retires") } });
        Assert.Equal("True", conditions["Ready"]);
        Assert.Equal("False", conditions["ModelSupported"]);
    }

    [Theory]
    [InlineData(ThrottleState.Clear, "False")]
    [InlineData(ThrottleState.Pressed, "False")]
    [InlineData(ThrottleState.Throttled, "True")]
    [InlineData(ThrottleState.Frozen, "True")]
    [InlineData(ThrottleState.SpendExhausted, "True")]
    public void Throttling_follows_the_quota(ThrottleState state, string status) =>
        Assert.Equal(status, Of(Input(Phase.Healthy) with { Budget = new RolloutBudget { Throttle = new ThrottleStatus { State = state } } })["Throttled"]);

    [Fact]
    public void Transition_times_change_with_the_status_alone_and_foreign_conditions_stay()
    {
        var foreign = new V1Condition { Type = "example.com/Checked", Status = "True", Reason = "Done", LastTransitionTime = T0 };
        var first = RolloutConditions.Of(Input(Phase.Progressing), [foreign], 1, T0);
        var second = RolloutConditions.Of(Input(Phase.Progressing) with { Reason = "Other" }, first, 2, T0.AddMinutes(1));
        Assert.All(second, c => Assert.Equal(T0, c.LastTransitionTime));
        var third = RolloutConditions.Of(Input(Phase.Healthy), second, 2, T0.AddMinutes(2));
        Assert.Equal(T0.AddMinutes(2), third.Single(c => c.Type == "Ready").LastTransitionTime);
        Assert.Equal(T0, third.Single(c => c.Type == "Accepted").LastTransitionTime);
        Assert.Contains(third, c => c.Type == "example.com/Checked");
        Assert.DoesNotContain(third, c => c.Type == "Reconciling");
    }

    [Fact]
    public void Messages_stay_within_the_bound_and_prompts_out_of_them()
    {
        var conditions = RolloutConditions.Of(Input(Phase.Held) with { Message = new string('x', 5000) }, null, 1, T0);
        Assert.All(conditions, c => Assert.True(c.Message.Length <= 1024));
        Assert.All(conditions, c => Assert.DoesNotContain("secret", c.Message, StringComparison.Ordinal));
    }

    private static ConditionInput Input(Phase phase) => new()
    {
        Phase = phase, Reason = "Because", Message = "because", Prompt = Found, Budget = new RolloutBudget { Message = "draws on support/tools" }, Serves = true,
    };

    private static Dictionary<string, string> Of(ConditionInput input) => RolloutConditions.Of(input, null, 1, T0).ToDictionary(c => c.Type, c => c.Status);

    private static (string, string, string) Tuple(V1Condition condition) => (condition.Status, condition.Reason, condition.Message);
}
