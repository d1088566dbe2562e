using Operator.Kubernetes.Models;
using Operator.Runtime.Conditions;

namespace Operator.Runtime.Tests.Conditions;

public class ConditionSetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ConditionSet _set = new("Ready", "Accepted", "Bound");

    [Theory]
    [InlineData("True", "True", "True")]
    [InlineData("True", "Unknown", "Unknown")]
    [InlineData("Unknown", "False", "False")]
    [InlineData("False", "Unknown", "False")]
    [InlineData("False", "False", "False")]
    [InlineData("Unknown", "Unknown", "Unknown")]
    public void The_happy_condition_follows_its_dependents(string accepted, string bound, string ready)
    {
        var observation = Mark(Mark(_set.Observe(null, 1, Noon), "Accepted", accepted), "Bound", bound);
        Assert.Equal(ready, observation.Find("Ready")!.Status);
        Assert.Equal(ready == "True", observation.IsHappy);
    }

    [Fact]
    public void It_shows_the_reason_of_the_first_that_fails()
    {
        var observation = _set.Observe(null, 1, Noon).MarkFalse("Bound", "NoQuota", "none").MarkUnknown("Accepted", "Checking");
        Assert.Equal(("NoQuota", "none"), (observation.Find("Ready")!.Reason, observation.Find("Ready")!.Message));
        observation.MarkFalse("Accepted", "Invalid");
        Assert.Equal("Invalid", observation.Find("Ready")!.Reason);
    }

    [Fact]
    public void The_transition_time_changes_only_with_the_status()
    {
        var first = _set.Observe(null, 1, Noon).MarkFalse("Bound", "NoQuota");
        var second = _set.Observe(first.Conditions, 2, Noon.AddHours(1)).MarkFalse("Bound", "QuotaFull", "other");
        Assert.Equal(Noon, second.Find("Bound")!.LastTransitionTime);
        Assert.Equal(2, second.Find("Bound")!.ObservedGeneration);
        var third = _set.Observe(second.Conditions, 2, Noon.AddHours(2)).MarkTrue("Bound", "Bound");
        Assert.Equal(Noon.AddHours(2), third.Find("Bound")!.LastTransitionTime);
        Assert.Equal(Noon.AddHours(2), third.Find("Ready")!.LastTransitionTime);
    }

    [Fact]
    public void Marking_the_same_again_changes_nothing()
    {
        var first = _set.Observe(null, 1, Noon).MarkTrue("Bound", "Bound").MarkTrue("Accepted", "Valid");
        var second = _set.Observe(first.Conditions, 1, Noon.AddHours(1)).MarkTrue("Bound", "Bound").MarkTrue("Accepted", "Valid");
        Assert.Equal(first.Conditions.Select(Describe), second.Conditions.Select(Describe));
    }

    [Fact]
    public void The_conditions_that_were_given_are_not_changed()
    {
        var given = new List<V1Condition> { new() { Type = "Bound", Status = "True", Reason = "Bound" } };
        _set.Observe(given, 1, Noon).MarkFalse("Bound", "Lost");
        Assert.Equal("True", Assert.Single(given).Status);
    }

    [Fact]
    public void Times_are_whole_seconds() =>
        Assert.Equal(Noon, _set.Observe(null, 1, Noon.AddMilliseconds(750)).Find("Ready")!.LastTransitionTime);

    [Fact]
    public void Conditions_beside_the_set_are_kept_and_do_not_count()
    {
        var observation = _set.Observe([new V1Condition { Type = "Throttled", Status = "True" }], 1, Noon).MarkFalse("Extra", "Some");
        observation.MarkTrue("Accepted", "Valid").MarkTrue("Bound", "Bound");
        Assert.True(observation.IsHappy);
        Assert.NotNull(observation.Find("Throttled"));
        Assert.Null(observation.Remove("Extra").Find("Extra"));
    }

    [Fact]
    public void The_happy_condition_cannot_be_marked_or_removed()
    {
        var observation = _set.Observe(null, 1, Noon);
        Assert.Throws<ArgumentException>(() => observation.MarkTrue("Ready", "Sure"));
        Assert.Throws<ArgumentException>(() => observation.Remove("Ready"));
        Assert.Throws<ArgumentException>(() => observation.Remove("Bound"));
        Assert.Throws<ArgumentException>(() => new ConditionSet("Ready"));
        Assert.Throws<ArgumentException>(() => new ConditionSet("Ready", "Ready"));
    }

    private static ConditionObservation Mark(ConditionObservation observation, string type, string status) => status switch
    {
        "True" => observation.MarkTrue(type, "Fine"),
        "False" => observation.MarkFalse(type, "Broken"),
        _ => observation.MarkUnknown(type, "Waiting"),
    };

    private static string Describe(V1Condition c) => $"{c.Type} {c.Status} {c.Reason} {c.Message} {c.ObservedGeneration} {c.LastTransitionTime}";
}
