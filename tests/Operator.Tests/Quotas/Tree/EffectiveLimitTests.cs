using Operator.Api;
using Operator.Catalog;
using Operator.Contract;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Tests.Quotas.Tree;

public class EffectiveLimitTests
{
    private static readonly ObjectKey Key = new("platform", "organization");

    [Fact]
    public void A_tier_fills_what_is_not_declared()
    {
        var root = Quota.Root(tier: Tier.Start);
        root.Spec.Limits = [Quota.Limits(500, null, null, "claude-opus-5")];
        var groups = Root(root).Groups;
        Assert.Equal(new Limit(500, LimitOrigin.Declared), groups["opus-5"].Requests);
        Assert.Equal(new Limit(2_000_000, LimitOrigin.Tier), groups["opus-5"].InputTokens);
        Assert.Equal(new Limit(1_000, LimitOrigin.Tier), groups["sonnet-4"].Requests);
        Assert.False(groups.ContainsKey("mythos-5"));
    }

    [Fact]
    public void A_declaration_may_be_above_the_tiers_table_but_not_above_what_the_API_tells()
    {
        var root = Quota.Root(tier: Tier.Start);
        root.Spec.Limits = [Quota.Limits(50_000, null, null, "claude-opus-5")];
        Assert.Equal(new Limit(50_000, LimitOrigin.Declared), Root(root).Groups["opus-5"].Requests);
        var told = new ObservedLimits { Headers = new Dictionary<string, Amounts> { ["opus-5"] = new(20_000, 3_000_000, null) } };
        var groups = Root(root, told).Groups;
        Assert.Equal(new Limit(20_000, LimitOrigin.Observed), groups["opus-5"].Requests);
        Assert.Equal(new Limit(3_000_000, LimitOrigin.Observed), groups["opus-5"].InputTokens);
        Assert.Equal(new Limit(400_000, LimitOrigin.Tier), groups["opus-5"].OutputTokens);
    }

    [Fact]
    public void Models_of_one_group_share_the_smaller_of_their_limits()
    {
        var root = Quota.Root(tier: null);
        root.Spec.Limits = [Quota.Limits(900, 10, 10, "claude-opus-4-8"), Quota.Limits(800, 20, 20, "claude-opus-4-7", "claude-opus-4-5")];
        var node = Root(root);
        Assert.Equal(new ResourceVector(800, 10, 10), node.Groups["opus-4"].PerMinute);
        Assert.Contains(node.Findings, f => f is { Reason: QuotaReasons.DuplicateLimits, Path: "spec.limits[1]", IsError: false });
    }

    [Fact]
    public void An_entry_with_models_of_two_groups_holds_for_each()
    {
        var root = Quota.Root(tier: null);
        root.Spec.Limits = [Quota.Limits(900, null, null, "claude-opus-5", "claude-sonnet-5-5", "claude-none")];
        var node = Root(root);
        Assert.Equal(900, node.Groups["opus-5"].Requests!.Value.Value);
        Assert.Equal(900, node.Groups["sonnet-5-5"].Requests!.Value.Value);
        Assert.Null(node.Groups["opus-5"].InputTokens);
        Assert.Contains(node.Findings, f => f is { Reason: QuotaReasons.LimitSpansGroups, Path: "spec.limits[0].models" });
        Assert.Contains(node.Findings, f => f is { Reason: QuotaReasons.UnknownModel, Path: "spec.limits[0].models[2]" });
    }

    [Fact]
    public void A_childs_limit_is_its_share_or_its_own_cap()
    {
        var child = Quota.Child("team", guarantee: "40%", borrowing: "30%");
        child.Spec.Limits = [Quota.Limits(100, null, null, "claude-opus-5")];
        var grandchild = Quota.Child("tool", "platform/team", guarantee: "50%");
        var tree = QuotaTree.Build([Quota.Root(), child, grandchild], ModelCatalog.Shipped);
        var team = tree.Find(new("platform", "team"))!.Groups["opus-5"];
        Assert.Equal(new Limit(100, LimitOrigin.Declared), team.Requests);
        Assert.Equal(LimitOrigin.Parent, team.InputTokens!.Value.Source);
        Assert.Equal(7_000_000, team.InputTokens.Value.Value, 3);
        Assert.Equal(100, team.Guarantee.Requests);
        Assert.Equal(4_000_000, team.Guarantee.InputTokens, 3);
        var tool = tree.Find(new("platform", "tool"))!.Groups["opus-5"];
        Assert.Equal(7_000_000, tool.InputTokens!.Value.Value, 3);
        Assert.Equal(2_000_000, tool.Guarantee.InputTokens, 3);
    }

    [Theory]
    [InlineData(Tier.Evaluation)]
    [InlineData(Tier.Custom)]
    [InlineData(null)]
    public void Without_any_limit_people_are_warned(Tier? tier) =>
        Assert.Contains(Root(Quota.Root(tier: tier)).Findings, f => f is { Reason: QuotaReasons.NoLimits, IsError: false });

    [Fact]
    public void Groups_of_the_endpoint_replace_those_of_the_catalogue()
    {
        var root = Quota.Root();
        root.Spec.Source = LimitSource.RateLimitsApi;
        root.Spec.CredentialsRef = new CredentialsReference { SecretName = "key" };
        var told = new ObservedLimits
        {
            Api =
            [
                new("rlg_1", ["claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-5"], new(7, 8, 9)),
                new("rlg_2", ["claude-opus-5", "claude-opus-5-5"], new(70, 80, 90)),
                new("rlg_3", ["claude-haiku-5-5"], new(1, null, null)),
                new("rlg_4", ["claude-haiku-9"], new(5, 5, 5)),
            ],
        };
        var node = Root(root, told);
        Assert.Equal(new ResourceVector(7, 8, 9), node.Groups["opus-4"].PerMinute);
        Assert.Equal(LimitOrigin.Api, node.Groups["opus-4"].Requests!.Value.Source);
        Assert.Equal("rlg_2", node.GroupMap.GroupOf("claude-opus-5"));
        Assert.Equal("rlg_2", node.GroupMap.GroupOf("claude-opus-5-5"));
        Assert.Equal(new ResourceVector(70, 80, 90), node.Groups["rlg_2"].PerMinute);
        Assert.Equal(new Limit(10_000_000, LimitOrigin.Tier), node.Groups["haiku-5-5"].InputTokens);
        Assert.Equal("rlg_4", node.GroupMap.GroupOf("claude-haiku-9"));
        Assert.Equal("opus-4", node.GroupMap.GroupOf("claude-opus-4-5-20251101"));
    }

    private static QuotaNode Root(ClaudeQuota root, ObservedLimits? observed = null) =>
        QuotaTree.Build([root], ModelCatalog.Shipped, new Dictionary<ObjectKey, ObservedLimits> { [Key] = observed ?? ObservedLimits.None }).Find(Key)!;
}
