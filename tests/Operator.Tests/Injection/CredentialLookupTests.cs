using Operator.Api;
using Operator.Injection;

namespace Operator.Tests.Injection;

public sealed class CredentialLookupTests
{
    private readonly InjectionFixture _fixture = new();

    [Fact]
    public void The_quota_itself_comes_before_its_parents()
    {
        _fixture.AddQuota("platform", "organization", secret: "platform-key", allowed: "team-a");
        _fixture.AddQuota("team-a", "team", secret: "team-key", parent: ("platform", "organization"));
        Assert.Equal("team-key", Find("team").Secret!.SecretName);
    }

    [Fact]
    public void A_parent_in_the_same_namespace_gives_its_key()
    {
        _fixture.AddQuota("team-a", "all", secret: "team-key");
        _fixture.AddQuota("team-a", "tools", parent: ("team-a", "all"));
        Assert.Equal("team-key", Find("tools").Secret!.SecretName);
    }

    [Fact]
    public void A_Secret_of_another_namespace_is_refused_with_the_way_out()
    {
        _fixture.AddQuota("platform", "organization", secret: "platform-key", allowed: "team-a");
        _fixture.AddQuota("team-a", "team", parent: ("platform", "organization"));
        var found = Find("team");
        Assert.Equal("CredentialsElsewhere", found.Reason);
        Assert.Contains("a pod of team-a cannot mount a Secret of platform", found.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("platform-key", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quota_that_does_not_allow_the_namespace_looks_like_one_that_is_not_there()
    {
        _fixture.AddQuota("platform", "organization", secret: "k", allowed: "team-b");
        var forbidden = Find("organization", "platform");
        _fixture.Quotas.Clear();
        Assert.Equal(forbidden, Find("organization", "platform"));
        Assert.Equal("QuotaMissing", forbidden.Reason);
    }

    [Fact]
    public void Permission_is_asked_at_every_step_up()
    {
        _fixture.AddQuota("c", "root", secret: "k", allowed: "team-a");
        _fixture.AddQuota("b", "middle", parent: ("c", "root"), allowed: "*");
        Assert.Equal("QuotaMissing", Find("middle", "b").Reason);
    }

    [Fact]
    public void A_tree_without_a_key_says_so()
    {
        _fixture.AddQuota("team-a", "all");
        Assert.Equal("CredentialsMissing", Find("all").Reason);
    }

    [Fact]
    public void A_circle_ends()
    {
        _fixture.AddQuota("team-a", "one", parent: ("team-a", "two"));
        _fixture.AddQuota("team-a", "two", parent: ("team-a", "one"));
        Assert.Contains("circle", Find("one").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_reference_is_no_key() => Assert.Equal("QuotaMissing", Find("").Reason);

    private Credentials Find(string name, string? @namespace = null) => CredentialLookup.Find(
        "team-a", new QuotaReference { Name = name, NamespaceProperty = @namespace }, key => _fixture.Quotas.GetValueOrDefault(key));
}
