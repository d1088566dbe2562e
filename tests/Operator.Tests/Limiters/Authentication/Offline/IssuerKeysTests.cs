using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Operator.Limiters.Authentication.Offline;

namespace Operator.Tests.Limiters.Authentication.Offline;

public sealed class IssuerKeysTests
{
    private static readonly TestIssuer Good = new("ES256", "good");

    [Theory]
    [InlineData("""{"kid":"k","kty":"oct","k":"AAAA","alg":"HS256"}""")]
    [InlineData("""{"kid":"k","kty":"OKP","crv":"Ed25519","x":"AAAA"}""")]
    [InlineData("""{"kid":"k","kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}""")]
    [InlineData("""{"kid":"k","kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}""")]
    [InlineData("""{"kid":"k","kty":"RSA","n":"%%%","e":"AQAB"}""")]
    [InlineData("""{"kid":"k","kty":"RSA","e":"AQAB"}""")]
    [InlineData("""{"kid":7}""")]
    [InlineData("\"k\"")]
    [InlineData("null")]
    public void A_key_that_is_of_no_use_is_passed_over(string key)
    {
        var keys = IssuerKeys.Read(TestIssuer.Discovery(), TestIssuer.KeySet(JsonNode.Parse(key)!, Good.Key()));
        Assert.Equal(["good"], keys.Ids);
    }

    [Theory]
    [InlineData("use", "enc")]
    [InlineData("alg", "RS256")]
    [InlineData("alg", "none")]
    [InlineData("crv", "P-384")]
    [InlineData("kid", "")]
    public void A_key_that_is_not_what_it_says_is_passed_over(string name, string value)
    {
        var key = Good.Key();
        key[name] = value;
        Assert.Throws<FormatException>(() => IssuerKeys.Read(TestIssuer.Discovery(), TestIssuer.KeySet(key)));
    }

    [Fact]
    public void A_point_that_is_not_on_its_curve_is_no_key()
    {
        var key = Good.Key();
        key["y"] = Base64Url.EncodeToString(new byte[32]);
        Assert.Throws<FormatException>(() => IssuerKeys.Read(TestIssuer.Discovery(), TestIssuer.KeySet(key)));
    }

    [Fact]
    public void A_short_RSA_key_is_no_key()
    {
        using var weak = RSA.Create(1024);
        var parameters = weak.ExportParameters(false);
        var key = new JsonObject { ["kid"] = "k", ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) };
        Assert.Throws<FormatException>(() => IssuerKeys.Read(TestIssuer.Discovery(), TestIssuer.KeySet(key)));
    }

    [Fact]
    public void Keys_need_not_say_what_they_are_for()
    {
        var key = Good.Key();
        key.Remove("use");
        key.Remove("alg");
        Assert.Equal("ES256", IssuerKeys.Read(TestIssuer.Discovery(), TestIssuer.KeySet(key)).Find("good")!.Algorithm);
    }

    public static TheoryData<string, string, string> Broken { get; } = new()
    {
        { "", TestIssuer.KeySet(Good.Key()), "openid-configuration" },
        { "[]", TestIssuer.KeySet(Good.Key()), "openid-configuration" },
        { """{"issuer":""}""", TestIssuer.KeySet(Good.Key()), "names no issuer" },
        { """{"issuer":7}""", TestIssuer.KeySet(Good.Key()), "names no issuer" },
        { TestIssuer.Discovery(), "<html>", "jwks" },
        { TestIssuer.Discovery(), "{}", "no list of keys" },
        { TestIssuer.Discovery(), """{"keys":[]}""", "no key for RS256" },
        { TestIssuer.Discovery(), TestIssuer.KeySet(Enumerable.Range(0, 65).Select(i => new TestIssuer("ES256", "k" + i).Key())), "at most 64" },
        { TestIssuer.Discovery(), "{\"keys\":\"" + new string('k', 300_000) + "\"}", "longer than" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_document_that_cannot_be_used_is_told_with_its_path(string discovery, string keys, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => IssuerKeys.Read(discovery, keys)).Message, StringComparison.Ordinal);
}
