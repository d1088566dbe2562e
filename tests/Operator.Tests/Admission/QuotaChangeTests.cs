using Operator.Admission;
using Operator.Api;
using Operator.Catalog;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Tests.Admission;

public sealed class QuotaChangeTests
{
    private readonly List<ClaudeQuota> _stored = [];

    [Fact]
    public void Guarantees_beyond_the_parent_are_refused_with_what_is_left()
    {
        Store("p/org", null, null, "*");
        Store("a/one", "p/org", "70%");
        Store("b/two", "p/org", "20%");
        var found = Check("c/three", "p/org", "10.5%");
        var error = Assert.Single(found.Errors);
        Assert.Equal("spec.share.guarantee", error.Path);
        Assert.Equal("the guarantees of the quotas under p/org would add up to 100.5%; 10% is left beside a/one, b/two", error.Message);
        Assert.Empty(Check("c/three", "p/org", "10%").Errors);
    }

    [Fact]
    public void A_change_that_makes_nothing_worse_passes_in_an_overcommitted_tree()
    {
        Store("p/org", null, null, "*");
        Store("a/one", "p/org", "70%");
        Store("b/two", "p/org", "70%");
        Assert.Empty(Check("b/two", "p/org", "60%").Errors);
        Assert.Empty(Check("b/two", "p/org", "70%").Errors);
        Assert.Single(Check("b/two", "p/org", "71%").Errors);
        Assert.Empty(Check("c/three", "p/org", null).Errors);
    }

    [Fact]
    public void Siblings_that_the_parent_does_not_allow_take_nothing_away()
    {
        Store("p/org", null, null, "b");
        Store("a/one", "p/org", "90%");
        Assert.Empty(Check("b/two", "p/org", "90%").Errors);
    }

    [Fact]
    public void A_cycle_is_refused_with_its_way()
    {
        Store("a/one", "a/two", null);
        Store("a/two", null, null);
        Assert.Equal("the quota would be its own ancestor: a/two -> a/one -> a/two; name another parent", Assert.Single(Check("a/two", "a/one", null).Errors).Message);
        Assert.Single(Check("a/three", "a/three", null).Errors);
    }

    [Fact]
    public void A_cycle_among_others_ends_and_is_refused()
    {
        Store("a/one", "a/two", null);
        Store("a/two", "a/one", null);
        Assert.Contains("longer than 8", Assert.Single(Check("a/three", "a/one", null).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moving_a_quota_may_not_push_those_below_it_too_deep()
    {
        Store("a/1", null, null);
        for (var i = 2; i <= 5; i++) Store($"a/{i}", $"a/{i - 1}", null);
        Store("a/x", null, null);
        for (var i = 1; i <= 2; i++) Store($"a/x{i}", i == 1 ? "a/x" : "a/x1", null);
        Assert.Empty(Check("a/x", "a/5", null).Errors);
        Store("a/x3", "a/x2", null);
        Assert.Equal("spec.parentRef", Assert.Single(Check("a/x", "a/5", null).Errors).Path);
    }

    [Fact]
    public void What_the_tree_says_of_the_quota_in_its_place_is_a_warning()
    {
        Store("a/org", null, null);
        Assert.Contains(Check("a/alone", null, null).Warnings, w => w.Path == "spec.limits");
        Assert.DoesNotContain(Check("a/child", "a/org", null).Warnings, w => w.Path == "spec.limits");
    }

    [Fact]
    public void A_parent_that_is_missing_or_forbids_is_a_warning()
    {
        Assert.Contains("no ClaudeQuota a/none yet", Assert.Single(Check("a/one", "a/none", "50%").Warnings, w => w.Path == "spec.parentRef").Message, StringComparison.Ordinal);
        var missing = Check("a/one", "p/org", "50%");
        Store("p/org", null, null, "b");
        var forbidden = Check("a/one", "p/org", "50%");
        Assert.Equal(missing.Warnings, forbidden.Warnings);
        Assert.Empty(forbidden.Errors);
    }

    [Fact]
    public void Withdrawing_permission_names_who_loses_it()
    {
        Store("p/org", null, null, "a", "b");
        Store("a/one", "p/org", "10%");
        Store("b/two", "p/org", "10%");
        var warning = Assert.Single(Check("p/org", null, null, "b").Warnings, w => w.Path == "spec.allowedNamespaces");
        Assert.Equal(("spec.allowedNamespaces", "1 ClaudeQuotas lose this parent at once: a/one"), (warning.Path, warning.Message));
    }

    [Fact]
    public void Dependents_of_a_quota_that_goes_are_named()
    {
        Store("a/one", "p/org", null);
        var deployment = new ClaudeDeployment
        {
            Metadata = new V1ObjectMeta { Name = "triage", NamespaceProperty = "a" },
            Spec = new ClaudeDeploymentSpec { QuotaRef = new QuotaReference { Name = "org", NamespaceProperty = "p" } },
        };
        Assert.Equal(
            [
                "1 ClaudeQuotas have this one as their parent and lose their limits: a/one",
                "1 ClaudeDeployments draw on this quota and keep what their limiters hold: a/triage",
            ],
            QuotaChange.Dependents(new ObjectKey("p", "org"), _stored, [deployment]));
        Assert.Empty(QuotaChange.Dependents(new ObjectKey("p", "other"), _stored, [deployment]));
    }

    private void Store(string key, string? parent, string? guarantee, params string[] allowed) => _stored.Add(Quota(key, parent, guarantee, allowed));

    private Operator.Api.Validation.Findings Check(string key, string? parent, string? guarantee, params string[] allowed) =>
        QuotaChange.Check(_stored, Quota(key, parent, guarantee, allowed), ModelCatalog.Shipped);

    private static ClaudeQuota Quota(string key, string? parent, string? guarantee, string[] allowed) => new()
    {
        Metadata = new V1ObjectMeta { NamespaceProperty = key.Split('/')[0], Name = key.Split('/')[1] },
        Spec = new ClaudeQuotaSpec
        {
            ParentRef = parent is null ? null : new QuotaReference { NamespaceProperty = parent.Split('/')[0], Name = parent.Split('/')[1] },
            Share = guarantee is null ? null : new ShareSpec { Guarantee = new Percent(guarantee) },
            AllowedNamespaces = allowed.Length > 0 ? [.. allowed] : null,
        },
    };
}
