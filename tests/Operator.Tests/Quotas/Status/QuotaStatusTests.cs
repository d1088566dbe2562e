using Operator.Api;
using Operator.Catalog;
using Operator.Contract;
using Operator.Quotas;
using Operator.Quotas.Status;
using Operator.Runtime.Caching;

namespace Operator.Tests.Quotas.Status;

public class QuotaStatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_accepted_quota_is_ready_by_the_kstatus_rules()
    {
        var status = Build([Quota.Root(), Quota.Child("team", guarantee: "40%")], "team");
        Assert.Equal(1, status.ObservedGeneration);
        Assert.Equal(["platform/organization", "platform/team"], status.Path!);
        Assert.Equal("True", Condition(status, "Ready"));
        Assert.Equal("True", Condition(status, "Accepted"));
        Assert.Null(Condition(status, "Stalled"));
        Assert.Null(Condition(status, "Reconciling"));
        Assert.Null(Condition(status, "LimitsConfirmed"));
        Assert.All(status.Conditions!, c => Assert.Equal(1, c.ObservedGeneration));
        var limits = status.EffectiveLimits!.Single(l => l.Group == "opus-5");
        Assert.Equal((10_000, LimitOrigin.Parent), (limits.RequestsPerMinute!.Value, limits.RequestsPerMinute.Source));
        Assert.Equal(["claude-opus-5"], limits.Models!);
    }

    [Fact]
    public void A_broken_quota_is_stalled_with_reason_path_and_message()
    {
        var status = Build([Quota.Child("team")], "team");
        Assert.Equal("False", Condition(status, "Ready"));
        Assert.Equal("True", Condition(status, "Stalled"));
        var accepted = status.Conditions!.Single(c => c.Type == "Accepted");
        Assert.Equal((QuotaReasons.ParentMissing, "spec.parentRef: there is no ClaudeQuota platform/organization"), (accepted.Reason, accepted.Message));
        Assert.Contains("spec.parentRef", status.Message, StringComparison.Ordinal);
        var mended = Build([Quota.Root(), Quota.Child("team")], "team", previous: status);
        Assert.Null(Condition(mended, "Stalled"));
        Assert.Equal("True", Condition(mended, "Ready"));
    }

    [Fact]
    public void Limits_are_confirmed_by_what_the_API_tells()
    {
        var root = Quota.Root();
        root.Spec.Limits = [Quota.Limits(20_000, null, null, "claude-opus-5")];
        Assert.Equal("Unknown", Condition(Build([root], "organization"), "LimitsConfirmed"));
        Assert.Equal("True", Condition(Build([root], "organization", Told("opus-5", 20_000)), "LimitsConfirmed"));
        var differs = Build([root], "organization", Told("opus-5", 15_000)).Conditions!.Single(c => c.Type == "LimitsConfirmed");
        Assert.Equal(("False", "opus-5: 20000 requests a minute are declared, the API allows 15000"), (differs.Status, differs.Message));
        Assert.Equal("False", Condition(Build([root], "organization", Told("opus-4", 9_999)), "LimitsConfirmed"));
        Assert.Equal("Unknown", Condition(Build([root], "organization", new ObservedLimits { ApiError = "no key" }), "LimitsConfirmed"));
    }

    [Fact]
    public void Overcommitment_is_a_condition_and_an_event_once()
    {
        var quotas = new[] { Quota.Root(), Quota.Child("a", guarantee: "80%"), Quota.Child("b", guarantee: "30%") };
        var node = Node(quotas, "organization");
        var status = QuotaStatusBuilder.Build(node, null, null, 1, Now);
        Assert.Equal("True", Condition(status, "Overcommitted"));
        Assert.Equal("True", Condition(status, "Ready"));
        Assert.Equal(["QuotaOvercommitted"], QuotaEvents.Between(node, null, status).Select(e => e.Reason));
        Assert.Empty(QuotaEvents.Between(node, status, QuotaStatusBuilder.Build(node, null, status, 1, Now.AddMinutes(1))));
    }

    [Fact]
    public void The_same_state_gives_the_same_status()
    {
        var (quotas, usage) = (new[] { Quota.Root() }, Usage(0.9));
        var node = Node(quotas, "organization");
        var first = QuotaStatusBuilder.Build(node, usage, null, 1, Now);
        var second = QuotaStatusBuilder.Build(node, usage, first, 1, Now.AddSeconds(5));
        Assert.Equal(Json(first), Json(second));
    }

    [Fact]
    public void Without_measurements_what_was_measured_last_stays()
    {
        var node = Node([Quota.Root()], "organization");
        var first = QuotaStatusBuilder.Build(node, Usage(0.9), null, 1, Now);
        var second = QuotaStatusBuilder.Build(node, null, first, 1, Now);
        Assert.Same(first.Usage, second.Usage);
        Assert.Same(first.Throttle, second.Throttle);
    }

    [Fact]
    public void Use_is_told_by_group_and_dimension()
    {
        var usage = new QuotaUsage
        {
            Groups = new Dictionary<string, GroupMeasurement>
            {
                ["opus-5"] = new(new(6_000, 1, 1), new(4_000.4, 1, 1), new(0.4004, 2, double.NaN), new(0.3, 0, 0), new(0.2, 0, 0)),
            },
            Limiters = 5,
            CurrentLimiters = 4,
        };
        var status = QuotaStatusBuilder.Build(Node([Quota.Root(), Quota.Child("team", guarantee: "40%")], "team"), usage, null, 1, Now);
        var requests = status.Usage!.Single().Requests!;
        Assert.Equal((10_000, 6_000, 4_000, 2_000, 6_000), (requests.Capacity, requests.Allocated, requests.Used, requests.Borrowed, requests.Headroom));
        Assert.Equal(("40%", "30%", "20%"), (requests.Utilisation1m!.Value.Text, requests.Utilisation15m!.Value.Text, requests.Utilisation1d!.Value.Text));
        Assert.Equal("100%", status.Usage!.Single().InputTokens!.Utilisation1m!.Value.Text);
        Assert.Null(status.Usage!.Single().OutputTokens!.Utilisation1m);
        Assert.Equal((5, 4), (status.Limiters!.Total, status.Limiters.Current));
    }

    [Fact]
    public void Spend_alerts_are_told_once_a_period()
    {
        var root = Quota.Root();
        root.Spec.Spend = new SpendSpec { Monthly = new Money("100"), Daily = new Money("10"), AlertAt = [50, 80, 100] };
        var node = Node([root], "organization");
        ClaudeQuotaStatus? status = null;
        List<string> told = [];
        void Spend(decimal today, decimal month, DateOnly day)
        {
            var next = QuotaStatusBuilder.Build(node, new QuotaUsage { Spend = new((long)(today * 1_000_000_000), (long)(month * 1_000_000_000), day) }, status, 1, Now);
            told.AddRange(QuotaEvents.Between(node, status, next).Where(e => e.Reason == "SpendAlert").Select(e => e.Note));
            status = next;
        }

        Spend(4, 40, new(2026, 11, 20));
        Assert.Empty(told);
        Spend(8.5m, 55, new(2026, 11, 20));
        Assert.Equal(["50% of the budget of the month 2026-11 is spent: $55 of $100", "80% of the budget of the day 2026-11-20 is spent: $8.5 of $10"], told);
        Spend(9, 56, new(2026, 11, 20));
        Assert.Equal(2, told.Count);
        Spend(6, 62, new(2026, 11, 21));
        Assert.Equal("50% of the budget of the day 2026-11-21 is spent: $6 of $10", told[^1]);
        Spend(1, 1, new(2026, 12, 1));
        Assert.Equal(3, told.Count);
        Spend(1, 100, new(2026, 12, 1));
        Assert.Equal("100% of the budget of the month 2026-12 is spent: $100 of $100", told[^1]);
    }

    internal static QuotaNode Node(IEnumerable<ClaudeQuota> quotas, string name, ObservedLimits? observed = null) =>
        QuotaTree.Build(quotas, ModelCatalog.Shipped, new Dictionary<ObjectKey, ObservedLimits> { [new("platform", "organization")] = observed ?? ObservedLimits.None })
            .Find(new("platform", name))!;

    private static QuotaUsage Usage(double pressure) => new() { Pressure = new PressureReading { Ratio = pressure }, Spend = new(1, 2, new(2026, 11, 20)) };

    private static ObservedLimits Told(string group, double requests) => new() { Headers = new Dictionary<string, Amounts> { [group] = new(requests, null, null) } };

    private static ClaudeQuotaStatus Build(ClaudeQuota[] quotas, string name, ObservedLimits? observed = null, ClaudeQuotaStatus? previous = null) =>
        QuotaStatusBuilder.Build(Node(quotas, name, observed), null, previous, 1, Now);

    private static string? Condition(ClaudeQuotaStatus status, string type) => status.Conditions!.SingleOrDefault(c => c.Type == type)?.Status;

    private static string Json(ClaudeQuotaStatus status) =>
        System.Text.Json.JsonSerializer.Serialize(new ClaudeQuota { Status = status }, ApiJsonContext.Default.ClaudeQuota);
}
