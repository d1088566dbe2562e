using Operator.Api;
using Operator.Catalog;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Tests.Quotas.Tree;

public class QuotaTreeTests
{
    [Fact]
    public void A_child_hangs_on_its_parent_and_shows_its_path()
    {
        var tree = Build(Quota.Root(), Quota.Child("team", guarantee: "40%"), Quota.Child("tool", "platform/team"));
        Assert.Equal(["platform/organization", "platform/team", "platform/tool"], Node(tree, "tool").Path.Select(n => n.Key.ToString()));
        Assert.True(Node(tree, "tool").IsAccepted);
        Assert.Same(Node(tree, "organization"), Node(tree, "tool").Root);
    }

    [Fact]
    public void A_missing_parent_is_told_and_breaks_what_is_below_but_no_sibling()
    {
        var tree = Build(Quota.Root(), Quota.Child("good"), Quota.Child("lost", "platform/nowhere"), Quota.Child("below", "platform/lost"));
        Assert.Equal(QuotaReasons.ParentMissing, Error(tree, "lost").Reason);
        Assert.Equal("spec.parentRef", Error(tree, "lost").Path);
        Assert.Contains("platform/nowhere", Error(tree, "lost").Message, StringComparison.Ordinal);
        Assert.Equal(QuotaReasons.ParentRejected, Error(tree, "below").Reason);
        Assert.True(Node(tree, "good").IsAccepted);
    }

    [Fact]
    public void A_cycle_is_told_on_every_quota_in_it_and_breaks_what_hangs_on_it()
    {
        var tree = Build(
            Quota.Root(), Quota.Child("a", "platform/b"), Quota.Child("b", "platform/c"), Quota.Child("c", "platform/a"), Quota.Child("tail", "platform/a"), Quota.Child("good"));
        foreach (var name in new[] { "a", "b", "c" }) Assert.Equal(QuotaReasons.Cyclic, Error(tree, name).Reason);
        Assert.Equal("the parents form a cycle: platform/a -> platform/b -> platform/c -> platform/a", Error(tree, "a").Message);
        Assert.Equal(QuotaReasons.ParentRejected, Error(tree, "tail").Reason);
        Assert.True(Node(tree, "good").IsAccepted);
    }

    [Fact]
    public void A_quota_that_names_itself_is_refused() =>
        Assert.False(Node(Build(Quota.Child("self", "platform/self")), "self").IsRooted);

    [Fact]
    public void The_depth_is_bounded()
    {
        List<ClaudeQuota> quotas = [Quota.Root("q1")];
        for (var i = 2; i <= 10; i++) quotas.Add(Quota.Child($"q{i}", $"platform/q{i - 1}"));
        var tree = Build([.. quotas]);
        Assert.True(Node(tree, "q8").IsAccepted);
        Assert.Equal(QuotaReasons.TooDeep, Error(tree, "q9").Reason);
        Assert.Equal(QuotaReasons.ParentRejected, Error(tree, "q10").Reason);
    }

    [Fact]
    public void Another_namespace_must_be_allowed_and_a_withdrawn_permission_takes_effect()
    {
        var child = Quota.Child("team", @namespace: "support");
        Assert.True(Node(Build(Quota.Root(allowed: "support"), child), "team", "support").IsAccepted);
        Assert.True(Node(Build(Quota.Root(allowed: "*"), child), "team", "support").IsAccepted);
        var withdrawn = Build(Quota.Root(allowed: "other"), child);
        Assert.Equal(QuotaReasons.ParentForbidden, Error(withdrawn, "team", "support").Reason);
        Assert.Equal(QuotaReasons.ParentForbidden, withdrawn.Bind("support", Reference("team")).Reason);
    }

    [Fact]
    public void A_foreign_quota_that_is_missing_is_not_told_from_one_that_is_forbidden()
    {
        var tree = Build(Quota.Root(allowed: "other"));
        var missing = tree.Bind("support", Reference("nothing", "platform"));
        var forbidden = tree.Bind("support", Reference("organization", "platform"));
        Assert.Equal(missing.Reason, forbidden.Reason);
        Assert.Equal(missing.Message.Replace("nothing", "organization", StringComparison.Ordinal), forbidden.Message);
        Assert.Equal(QuotaReasons.QuotaMissing, tree.Bind("platform", Reference("nothing")).Reason);
        Assert.Equal(QuotaReasons.QuotaMissing, tree.Bind("platform", null).Reason);
    }

    [Fact]
    public void Guarantees_above_the_whole_are_scaled_and_told_on_the_parent()
    {
        var tree = Build(Quota.Root(), Quota.Child("a", guarantee: "80%"), Quota.Child("b", guarantee: "40%"), Quota.Child("c"));
        var root = Node(tree, "organization");
        Assert.True(root.IsOvercommitted);
        Assert.True(root.IsAccepted);
        var finding = Assert.Single(root.Findings, f => f.Reason == QuotaReasons.Overcommitted);
        Assert.Contains("120%", finding.Message, StringComparison.Ordinal);
        Assert.Equal(10_000 * 0.8 / 1.2, Node(tree, "a").Groups["opus-5"].Guarantee.Requests, 6);
        Assert.True(root.Children.Sum(c => c.Groups["opus-5"].Guarantee.Requests) <= 10_000 + 1e-6);
        Assert.False(Node(Build(Quota.Root(), Quota.Child("a", guarantee: "60%"), Quota.Child("b", guarantee: "40%")), "organization").IsOvercommitted);
    }

    [Fact]
    public void An_invalid_value_is_told_with_its_path_and_counts_as_the_cautious_one()
    {
        var tree = Build(Quota.Root(), Quota.Child("team", guarantee: "lots"), Quota.Child("below", "platform/team"));
        Assert.Equal("spec.share.guarantee", Error(tree, "team").Path);
        Assert.True(Node(tree, "team").IsRooted);
        Assert.Equal(0, Node(tree, "team").Groups["opus-5"].Guarantee.Requests);
        Assert.Equal(QuotaReasons.QuotaRejected, tree.Bind("platform", Reference("team")).Reason);
        Assert.NotNull(tree.Bind("platform", Reference("below")).Bound);
    }

    [Fact]
    public void A_quota_without_any_spec_breaks_nothing()
    {
        var empty = Quota.Root("empty");
        empty.Spec = null!;
        Assert.True(Node(Build(Quota.Root(), empty), "organization").IsAccepted);
    }

    [Fact]
    public void The_order_of_the_quotas_changes_nothing()
    {
        ClaudeQuota[] quotas = [Quota.Root(), Quota.Child("a", guarantee: "30%"), Quota.Child("b", "platform/a", guarantee: "50%"), Quota.Child("x", "platform/y")];
        var (one, two) = (Build(quotas), Build([.. quotas.Reverse()]));
        foreach (var node in one.Nodes)
        {
            Assert.Equal(node.Findings, two.Find(node.Key)!.Findings);
            Assert.Equal(node.Groups.Values.Select(g => g.Guarantee), two.Find(node.Key)!.Groups.Values.Select(g => g.Guarantee));
        }
    }

    private static QuotaTree Build(params ClaudeQuota[] quotas) => QuotaTree.Build(quotas, ModelCatalog.Shipped);

    private static QuotaNode Node(QuotaTree tree, string name, string @namespace = "platform") => tree.Find(new ObjectKey(@namespace, name))!;

    private static QuotaFinding Error(QuotaTree tree, string name, string @namespace = "platform") => Node(tree, name, @namespace).Findings.First(f => f.IsError);

    private static QuotaReference Reference(string name, string? @namespace = null) => new() { Name = name, NamespaceProperty = @namespace };
}
