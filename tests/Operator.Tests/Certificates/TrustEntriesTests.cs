using Operator.Certificates;

namespace Operator.Tests.Certificates;

public sealed class TrustEntriesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Fresh = Authority(Now);
    private static readonly string Older = Authority(Now.AddDays(-30));
    private static readonly string Expired = Authority(Now.AddDays(-91));

    [Fact]
    public void The_bundle_is_the_union_in_a_fixed_order_without_what_has_expired()
    {
        var entries = new Dictionary<string, string> { ["pod.b"] = Older + Fresh, ["pod.a"] = Fresh + Expired };
        var bundle = TrustEntries.Bundle(entries, Now);
        Assert.Equal(Fresh + Older, bundle);
        Assert.Equal(bundle, TrustEntries.Bundle(entries.Reverse(), Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void An_entry_that_somebody_wrote_by_hand_breaks_nothing_and_is_taken_out(string value)
    {
        var entries = new Dictionary<string, string> { ["pod.a"] = Fresh, ["junk"] = value };
        Assert.Equal(Fresh, TrustEntries.Bundle(entries, Now));
        Assert.Equal(["junk"], TrustEntries.Outdated(entries, null, Now, new CertificateRules()));
    }

    [Fact]
    public void Entries_of_pods_that_are_gone_are_outdated_when_they_are_not_brand_new()
    {
        var entries = new Dictionary<string, string>
        {
            [TrustEntries.OfPod("alive")] = Older, [TrustEntries.OfPod("gone")] = Older, [TrustEntries.OfPod("starting")] = Fresh,
            [TrustEntries.OfProcess("elsewhere")] = Older, [TrustEntries.OfPod("expired")] = Expired,
        };
        Assert.Equal(["pod.expired", "pod.gone"], TrustEntries.Outdated(entries, name => name == "alive", Now.AddMinutes(9), new CertificateRules()));
        Assert.Contains("pod.starting", TrustEntries.Outdated(entries, name => name == "alive", Now.AddMinutes(11), new CertificateRules()));
        Assert.Equal(["pod.expired"], TrustEntries.Outdated(entries, null, Now, new CertificateRules()));
    }

    [Fact]
    public void A_crowd_of_entries_is_cut_to_the_youngest()
    {
        var entries = Enumerable.Range(0, TrustEntries.Most + 3).ToDictionary(i => $"process.{i:00}", i => i < 3 ? Older : Fresh);
        Assert.Equal(["process.00", "process.01", "process.02"], TrustEntries.Outdated(entries, null, Now, new CertificateRules()));
    }

    [Theory]
    [InlineData("host name/with:odd", "process.host-name-with-odd")]
    public void Keys_are_ones_that_a_ConfigMap_takes(string name, string key) => Assert.Equal(key, TrustEntries.OfProcess(name));

    private static string Authority(DateTimeOffset issued) =>
        IssuedCertificate.Create(CertificateValidity.From(issued, new CertificateRules()), ["x"], "test").Authority;
}
