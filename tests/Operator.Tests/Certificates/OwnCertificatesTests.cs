using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Certificates;
using Operator.Testing;

namespace Operator.Tests.Certificates;

public sealed class OwnCertificatesTests
{
    private static readonly string[] Names = ["claude-operator-webhook.claude-operator-system.svc", "claude-operator-limiters.claude-operator-system.svc"];
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_certificate_is_for_the_names_of_both_services_and_leads_to_its_authority()
    {
        var certificates = Started();
        var leaf = certificates.Current!.Leaf;
        Assert.All(Names, name => Assert.True(leaf.MatchesHostname(name)));
        Assert.False(leaf.MatchesHostname("other.claude-operator-system.svc"));
        Assert.Equal(256, leaf.GetECDsaPublicKey()!.KeySize);
        Assert.True(Builds(leaf, certificates.ServingAuthority!));
        Assert.False(Builds(leaf, Started().ServingAuthority!));
    }

    [Fact]
    public void Nobody_but_the_authority_can_sign_and_the_certificate_is_no_authority()
    {
        var certificates = Started();
        using var authority = X509Certificate2.CreateFromPem(certificates.ServingAuthority!);
        Assert.False(authority.HasPrivateKey);
        Assert.True(authority.Extensions.OfType<X509BasicConstraintsExtension>().Single() is { CertificateAuthority: true, PathLengthConstraint: 0 });
        Assert.False(certificates.Current!.Leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Fact]
    public void Between_making_and_serving_the_next_one_both_authorities_are_published()
    {
        var certificates = Started();
        var first = certificates.ServingAuthority!;
        _time.Advance(TimeSpan.FromDays(61));
        certificates.Advance(_ => false);
        Assert.Equal(first, certificates.ServingAuthority);
        var anchors = ((ITrustAnchors)certificates).Current;
        Assert.Equal((first, 2), (anchors[0], anchors.Count));

        certificates.Advance(_ => true);
        _time.Advance(TimeSpan.FromMinutes(59));
        certificates.Advance(_ => true);
        Assert.Equal(first, certificates.ServingAuthority);
        _time.Advance(TimeSpan.FromMinutes(1));
        certificates.Advance(_ => true);
        Assert.Equal([anchors[1]], ((ITrustAnchors)certificates).Current);
        Assert.Equal(anchors[1], certificates.ServingAuthority);
    }

    [Fact]
    public void Trust_that_goes_away_starts_the_settling_anew()
    {
        var certificates = Started();
        var first = certificates.ServingAuthority;
        _time.Advance(TimeSpan.FromDays(61));
        certificates.Advance(_ => true);
        _time.Advance(TimeSpan.FromMinutes(50));
        certificates.Advance(_ => false);
        certificates.Advance(_ => true);
        _time.Advance(TimeSpan.FromMinutes(50));
        certificates.Advance(_ => true);
        Assert.Equal(first, certificates.ServingAuthority);
    }

    private OwnCertificates Started()
    {
        var certificates = new OwnCertificates(new CertificateRules(), Names, "pod.operator-0", _time, NullLogger<OwnCertificates>.Instance);
        certificates.Start();
        return certificates;
    }

    private bool Builds(X509Certificate2 leaf, string authority)
    {
        using var chain = new X509Chain();
        using var root = X509Certificate2.CreateFromPem(authority);
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        return chain.Build(leaf);
    }
}
