using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.Limiters.Authentication;
using Operator.Limiters.Authentication.Offline;

namespace Operator.Tests.Limiters.Authentication.Offline;

public sealed class TokenRulesTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n";
    private static readonly TestIssuer Rsa = new("RS256", "rsa");
    private static readonly TestIssuer Elliptic = new("ES256", "elliptic");
    private static readonly IssuerKeys Keys = TestIssuer.Published(Rsa, Elliptic);

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public void A_token_of_a_pod_for_this_audience_is_good(string algorithm)
    {
        var issuer = new TestIssuer(algorithm, "key");
        var token = SignedToken.Read(issuer.Token());
        Assert.Equal(TokenVerdict.Good, TokenRules.Judge(token, TestIssuer.Published(issuer), TestIssuer.Audience, TestIssuer.Now));
        Assert.Equal(new LimiterIdentity("team", "app-1", "uid-1"), token!.Claims.Pod);
    }

    public static TheoryData<string, string, string> Claims { get; } = new()
    {
        { "iss", "\"https://other.example\"", "WrongIssuer" },
        { "iss", "\"https://kubernetes.default.svc.cluster.local/\"", "WrongIssuer" },
        { "iss", "null", "Malformed" },
        { "aud", "[\"https://kubernetes.default.svc.cluster.local\"]", "WrongAudience" },
        { "aud", "[\"claude-operator2\"]", "WrongAudience" },
        { "aud", "[]", "WrongAudience" },
        { "aud", "\"claude-operator\"", "Good" },
        { "aud", "[\"vault\",\"claude-operator\"]", "Good" },
        { "aud", "[\"claude-operator\",7]", "Malformed" },
        { "aud", "null", "Malformed" },
        { "aud", "{\"claude-operator\":true}", "Malformed" },
        { "exp", "null", "Malformed" },
        { "exp", "\"9999999999\"", "Malformed" },
        { "exp", "-1", "Malformed" },
        { "exp", "1e400", "Malformed" },
        { "exp", "99999999999999999999", "Malformed" },
        { "exp", "0", "Expired" },
        { "exp", "9223372036854775807", "Good" },
        { "nbf", "\"soon\"", "Malformed" },
        { "nbf", "9223372036854775807", "NotYetValid" },
        { "kubernetes.io", "null", "NotOfAPod" },
        { "kubernetes.io", "{\"namespace\":\"team\",\"serviceaccount\":{\"name\":\"default\",\"uid\":\"u\"}}", "NotOfAPod" },
        { "kubernetes.io", "{\"namespace\":\"team\",\"pod\":{\"name\":\"app-1\",\"uid\":\"uid-1\"}}", "NotOfAPod" },
        { "kubernetes.io", "{\"namespace\":\"team\",\"pod\":{\"name\":\"app-1\"},\"serviceaccount\":{\"name\":\"default\"}}", "NotOfAPod" },
        { "kubernetes.io", "{\"namespace\":\"team\",\"pod\":\"app-1\",\"serviceaccount\":{\"name\":\"default\"}}", "NotOfAPod" },
        { "kubernetes.io", "{\"namespace\":\"other\",\"pod\":{\"name\":\"app-1\",\"uid\":\"uid-1\"},\"serviceaccount\":{\"name\":\"default\"}}", "NotOfAPod" },
        { "kubernetes.io", "{\"namespace\":\"\",\"pod\":{\"name\":\"app-1\",\"uid\":\"uid-1\"},\"serviceaccount\":{\"name\":\"default\"}}", "NotOfAPod" },
        { "sub", "\"system:serviceaccount:team:other\"", "NotOfAPod" },
        { "sub", "\"jane\"", "NotOfAPod" },
        { "sub", "null", "NotOfAPod" },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public void Every_claim_must_be_right_though_the_signature_is(string claim, string value, string expected)
    {
        var body = TestIssuer.Claims().ToJsonString();
        var present = TestIssuer.Claims()[claim]!.ToJsonString();
        var token = Elliptic.Token(Elliptic.Header().ToJsonString(), body.Replace($"\"{claim}\":{present}", $"\"{claim}\":{value}", StringComparison.Ordinal));
        Assert.Equal(expected, Judge(token).ToString());
    }

    [Theory]
    [InlineData("alg", "\"none\"", "WrongAlgorithm")]
    [InlineData("alg", "\"None\"", "WrongAlgorithm")]
    [InlineData("alg", "\"HS256\"", "WrongAlgorithm")]
    [InlineData("alg", "\"RS512\"", "WrongAlgorithm")]
    [InlineData("alg", "\"PS256\"", "WrongAlgorithm")]
    [InlineData("alg", "\"es256\"", "WrongAlgorithm")]
    [InlineData("alg", "\"RS256\"", "UnknownKey")]
    [InlineData("alg", "\"ES384\"", "UnknownKey")]
    [InlineData("alg", "null", "Malformed")]
    [InlineData("alg", "[\"ES256\"]", "Malformed")]
    [InlineData("kid", "\"other\"", "UnknownKey")]
    [InlineData("kid", "\"rsa\"", "UnknownKey")]
    [InlineData("kid", "null", "Malformed")]
    [InlineData("kid", "\"\"", "Malformed")]
    [InlineData("typ", "\"JWT\"", "Good")]
    [InlineData("typ", "\"at+jwt\"", "Malformed")]
    [InlineData("crit", "[\"b64\"]", "Malformed")]
    [InlineData("jwk", "{\"kty\":\"oct\",\"k\":\"AAAA\"}", "Good")]
    public void The_header_chooses_a_key_of_the_cluster_and_nothing_else(string name, string value, string expected) =>
        Assert.Equal(expected, Judge(Elliptic.Token(header: h => h[name] = JsonNode.Parse(value))).ToString());

    [Fact]
    public void A_public_key_is_no_secret_to_sign_with()
    {
        // The old trick: HS256 with the text of the published key.
        var signed = TestIssuer.Encode(new JsonObject { ["alg"] = "HS256", ["kid"] = "rsa" }.ToJsonString()) + "." + TestIssuer.Encode(TestIssuer.Claims().ToJsonString());
        var signature = HMACSHA256.HashData(Base64Url.DecodeFromChars((string)Rsa.Key()["n"]!), Encoding.ASCII.GetBytes(signed));
        Assert.Equal(TokenVerdict.WrongAlgorithm, Judge($"{signed}.{Base64Url.EncodeToString(signature)}"));
    }

    [Fact]
    public void Another_key_of_the_same_name_does_not_sign_for_the_cluster() =>
        Assert.Equal(TokenVerdict.WrongSignature, Judge(new TestIssuer("ES256", "elliptic").Token()));

    [Fact]
    public void Clocks_may_differ_by_half_a_minute_and_no_more()
    {
        var token = Elliptic.Token();
        var (start, end) = (TestIssuer.Now, TestIssuer.Now.AddHours(1));
        Assert.Equal(TokenVerdict.NotYetValid, Judge(token, start.AddSeconds(-31)));
        Assert.Equal(TokenVerdict.Good, Judge(token, start.AddSeconds(-30)));
        Assert.Equal(TokenVerdict.Good, Judge(token, end.AddSeconds(29)));
        Assert.Equal(TokenVerdict.Expired, Judge(token, end.AddSeconds(30)));
        Assert.Equal(TokenVerdict.Good, Judge(Elliptic.Token(c => c.Remove("nbf")), start.AddYears(-1)));
    }

    public static TheoryData<string> Odd { get; } =
    [
        "", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.", "e30.e30.AA", "null", "eyJhbGciOiJub25lIn0.e30.",
        TestIssuer.Encode("[]") + "." + TestIssuer.Encode("[]") + ".AA",
        TestIssuer.Encode("{") + "." + TestIssuer.Encode("{}") + ".AA",
        TestIssuer.Encode("{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"elliptic\"}") + "." + TestIssuer.Encode(TestIssuer.Claims().ToJsonString()) + ".AA",
        TestIssuer.Encode("{\"alg\":\"ES256\",\"kid\":\"\\ud800\"}") + "." + TestIssuer.Encode(TestIssuer.Claims().ToJsonString()) + ".AA",
        Base64Url.EncodeToString([.. "{\"alg\":\"ES256\",\"kid\":\""u8, 0xff, .. "\"}"u8]) + "." + TestIssuer.Encode(TestIssuer.Claims().ToJsonString()) + ".AA",
        TestIssuer.Encode("{\"alg\":\"ES256\",\"kid\":\"elliptic\"}") + "." + TestIssuer.Encode("{\"a\":" + new string('[', 5_000)) + ".AA",
        TestIssuer.Encode("{\"alg\":\"ES256\",\"kid\":\"" + new string('k', 2_000) + "\"}") + "." + TestIssuer.Encode(TestIssuer.Claims().ToJsonString()) + ".AA",
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public void What_is_no_token_is_refused_and_breaks_nothing(string text) => Assert.Equal(TokenVerdict.Malformed, Judge(text));

    [Fact]
    public void A_token_is_refused_by_its_length_before_it_is_read()
    {
        Assert.Equal(TokenVerdict.Good, Judge(Rsa.Token(c => c["padding"] = new string('x', 10_000))));
        Assert.Equal(TokenVerdict.Malformed, Judge(Rsa.Token(c => c["padding"] = new string('x', 12_000))));
        Assert.Equal(TokenVerdict.Malformed, Judge(new string('.', 50_000_000)));
    }

    [Fact]
    public void A_token_that_was_changed_anywhere_is_not_good()
    {
        string[] tokens = [Rsa.Token(), Elliptic.Token()];
        Assert.All(tokens, t => Assert.Equal(TokenVerdict.Good, Judge(t)));
        var changes = (from token in Gen.Elements(tokens)
                       from at in Gen.Choose(0, 1_500)
                       from with in Gen.Elements(Alphabet.ToCharArray())
                       from kind in Gen.Choose(0, 3)
                       select Changed(token, at % token.Length, with, kind)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithReplay(41, 43), Prop.ForAll(changes, text => tokens.Contains(text) || Judge(text) != TokenVerdict.Good));
    }

    [Fact]
    public void Parts_of_two_good_tokens_make_none()
    {
        string[] one = Elliptic.Token().Split('.'), other = Elliptic.Token(c => c["sub"] = "system:serviceaccount:team:default", h => h["typ"] = "JWT").Split('.');
        Assert.Equal(TokenVerdict.Good, Judge(string.Join('.', other)));
        Assert.Equal(TokenVerdict.WrongSignature, Judge($"{one[0]}.{one[1]}.{other[2]}"));
        Assert.Equal(TokenVerdict.WrongSignature, Judge($"{other[0]}.{one[1]}.{one[2]}"));
    }

    private static string Changed(string token, int at, char with, int kind) => kind switch
    {
        0 => token.Remove(at, 1),
        1 => token.Insert(at, with.ToString()),
        2 => token[..at],
        _ => string.Concat(token.AsSpan(0, at), with.ToString(), token.AsSpan(at + 1)),
    };

    private static TokenVerdict Judge(string token, DateTimeOffset? now = null) =>
        TokenRules.Judge(SignedToken.Read(token), Keys, TestIssuer.Audience, now ?? TestIssuer.Now);
}
