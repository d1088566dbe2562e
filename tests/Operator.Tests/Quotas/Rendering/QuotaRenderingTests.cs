using Operator.Api;
using Operator.Catalog;
using Operator.Contract;
using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Runtime.Caching;

namespace Operator.Tests.Quotas.Rendering;

public class QuotaRenderingTests
{
    private static readonly AllocationOptions Options = new();

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 4)]
    [InlineData(6, 8)]
    [InlineData(7, 16)]
    [InlineData(40, 64)]
    [InlineData(64, 128)]
    [InlineData(1000, 2048)]
    public void Shares_are_counted_for_a_power_of_two_with_room(int limiters, int basis) => Assert.Equal(basis, LimiterCount.Basis(limiters));

    [Fact]
    public void Boot_shares_of_all_limiters_and_all_fallbacks_stay_within_the_limit()
    {
        for (var limiters = 0; limiters < 300; limiters++)
        {
            var boot = QuotaRendering.For(Bound(), ["claude-opus-5"], limiters, Options).Groups.Single().Boot;
            var most = limiters + (limiters / 4);
            Assert.True(boot.Rate.Requests * most <= 10_000 / 60.0 * (1 - Options.Safety) * Options.BootReserve + 1e-9);
            // In any minute: the rates of sixty seconds, and full buckets at its begin; with fallbacks of everybody beside.
            var minute = 10_000 / 60.0 * (1 - Options.Safety) * (60 + Options.FallbackBurstSeconds) * (1 - Options.BootReserve);
            Assert.True(minute + (((boot.Rate.Requests!.Value * 60) + boot.Burst.Requests!.Value) * most) <= 10_000 * 1.06);
        }
    }

    [Fact]
    public void A_configuration_carries_the_groups_that_the_models_need_and_the_organizations_limits()
    {
        var configuration = QuotaRendering.For(Bound(), ["claude-opus-5", "claude-opus-4-5", "claude-opus-4-8", "claude-none"], 4, Options);
        Assert.Equal(["opus-4", "opus-5"], configuration.Groups.Select(g => g.Group));
        Assert.Equal(new Amounts(10_000, 10_000_000, 2_000_000), configuration.Groups[1].Limits);
        Assert.Equal("platform", configuration.Namespace);
        Assert.Equal("team", configuration.Name);
    }

    [Fact]
    public void A_group_without_limits_has_none_in_its_shares()
    {
        var group = QuotaRendering.For(Bound(), ["claude-mythos-5"], 4, Options).Groups.Single();
        Assert.Equal(Amounts.Unlimited, group.Limits);
        Assert.Equal(Amounts.Unlimited, group.Boot.Rate);
    }

    [Fact]
    public void A_boot_share_is_never_above_the_quotas_own_cap()
    {
        var bound = Bound(child => child.Spec.Limits = [Quota.Limits(1, null, null, "claude-opus-5")]);
        Assert.True(QuotaRendering.For(bound, ["claude-opus-5"], 1, Options).Groups.Single().Boot.Rate.Requests <= 1 / 60.0);
    }

    [Fact]
    public void Lanes_users_money_and_key_come_down_the_tree()
    {
        var until = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        var root = Quota.Root();
        root.Spec.Spend = new SpendSpec { Monthly = new Money("500.50"), OnExhausted = Operator.Api.OnExhausted.Stop };
        root.Spec.CredentialsRef = new CredentialsReference { SecretName = "key" };
        root.Spec.PerUser = new PerUserSpec { RequestsPerMinute = 60, DailySpend = new Money("2"), Action = PerUserAction.Throttle };
        var bound = Bound(
            child =>
            {
                child.Spec.Lanes = new LanesSpec
                {
                    Interactive = new LaneRule { Reserve = new Percent("50%") },
                    Bulk = new LaneRule { Max = new Percent("30%"), Window = "20:00-06:00 Europe/Berlin" },
                };
                child.Spec.Spend = new SpendSpec { Daily = new Money("40") };
            },
            root);
        var configuration = QuotaRendering.For(bound, [], 4, Options, new Dictionary<ObjectKey, DateTimeOffset> { [new("platform", "organization")] = until });
        Assert.Equal(2, configuration.Lanes.Count);
        Assert.Equal((Operator.Contract.Lane.Interactive, 5_000, 10_000), (configuration.Lanes[0].Lane, configuration.Lanes[0].Reserve, configuration.Lanes[0].Max));
        Assert.Equal(new WindowConfiguration(1200, 360, "Europe/Berlin"), configuration.Lanes[1].Window);
        Assert.Equal(3_000, configuration.Lanes[1].Max);
        Assert.Equal(new PerUserConfiguration { RequestsPerMinute = 60, DailySpend = 2_000_000_000, Throttle = true }, configuration.PerUser);
        Assert.Equal(["platform/organization", "platform/team"], configuration.Spend.Select(s => s.Quota));
        Assert.Equal((500_500_000_000, until, Operator.Contract.OnExhausted.Stop), (configuration.Spend[0].Monthly!.Value, configuration.Spend[0].ExhaustedUntil!.Value, configuration.Spend[0].OnExhausted));
        Assert.Null(configuration.Spend[1].ExhaustedUntil);
    }

    [Fact]
    public void Models_are_rendered_under_the_groups_of_the_organization()
    {
        var models = QuotaRendering.Models(Bound(), ["claude-opus-4-5", "claude-opus-4-5-20251101", "claude-sonnet-5-5", "claude-none"]);
        Assert.Equal(["claude-opus-4-5-20251101", "claude-sonnet-5-5"], models.Select(m => m.Id));
        Assert.Equal(["claude-opus-4-5"], models[0].Aliases);
    }

    private static BoundQuota Bound(Action<ClaudeQuota>? change = null, ClaudeQuota? root = null)
    {
        var child = Quota.Child("team", guarantee: "40%", borrowing: "30%");
        change?.Invoke(child);
        var binding = QuotaTree.Build([root ?? Quota.Root(), child], ModelCatalog.Shipped).Bind("platform", new QuotaReference { Name = "team" });
        Assert.Null(binding.Reason);
        return binding.Bound!;
    }
}
