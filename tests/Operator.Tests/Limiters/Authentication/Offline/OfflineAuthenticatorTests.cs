using Microsoft.Extensions.Logging.Abstractions;
using Operator.Limiters;
using Operator.Limiters.Authentication;
using Operator.Limiters.Authentication.Offline;
using Operator.Testing;

namespace Operator.Tests.Limiters.Authentication.Offline;

public sealed class OfflineAuthenticatorTests
{
    private static readonly LimiterIdentity Limiter = new("team", "app-1", "uid-1");
    private static readonly TestIssuer First = new("ES256", "first");
    private static readonly TestIssuer Second = new("RS256", "second");

    private readonly ManualTimeProvider _time = new(TestIssuer.Now);
    private readonly List<string> _asked = [];
    private readonly OfflineAuthenticator _authenticator;
    private List<TestIssuer> _published = [First];
    private string _issuer = TestIssuer.Name;
    private Exception? _failure;

    public OfflineAuthenticatorTests() => _authenticator = new OfflineAuthenticator(
        new PublishedKeys(ReadAsync, _time, NullLogger<PublishedKeys>.Instance), new ChannelOptions(), _time, NullLogger<OfflineAuthenticator>.Instance);

    private int Reads => _asked.Count / 2;

    [Fact]
    public async Task Keys_are_read_from_the_API_server_itself_when_the_first_token_comes()
    {
        Assert.Empty(_asked);
        Assert.Equal(Limiter, await AskAsync(First));
        Assert.Equal([".well-known/openid-configuration", "openid/v1/jwks"], _asked);
        Assert.Equal(Limiter, await AskAsync(First));
        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task A_new_key_is_found_when_a_token_names_it()
    {
        await AskAsync(First);
        _published = [First, Second];
        _time.Advance(PublishedKeys.Pause);
        Assert.Equal(Limiter, await AskAsync(Second));
        Assert.Equal(Limiter, await AskAsync(First));
        Assert.Equal(2, Reads);
    }

    [Fact]
    public async Task Names_of_keys_that_are_made_up_do_not_become_requests()
    {
        await AskAsync(First);
        _time.Advance(PublishedKeys.Pause);
        for (var i = 0; i < 1_000; i++) Assert.Null(await AskAsync(First.Token(header: h => h["kid"] = "made-up-" + i)));
        Assert.Equal(2, Reads);
        Assert.Equal(Limiter, await AskAsync(First));
    }

    [Fact]
    public async Task What_is_refused_without_a_key_asks_for_none()
    {
        await AskAsync(First);
        _time.Advance(PublishedKeys.Pause);
        Assert.Null(await AskAsync(First.Token(c => c["aud"] = "other", h => h["kid"] = "unknown")));
        Assert.Null(await AskAsync(First.Token(c => c.Remove("kubernetes.io"), h => h["kid"] = "unknown")));
        Assert.Null(await AskAsync(First.Token(header: h => h["alg"] = "none")));
        Assert.Null(await AskAsync("not a token"));
        Assert.Null(await AskAsync(new string('x', 1_000_000)));
        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_is_good_for_some_minutes_at_most()
    {
        Assert.Equal(Limiter, await AskAsync(First));
        _published = [Second];
        _time.Advance(PublishedKeys.FreshFor);
        await AskAsync(Second);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await AskAsync(First));
    }

    [Fact]
    public async Task Another_name_of_the_issuer_is_found_too()
    {
        await AskAsync(First);
        (_issuer, _published) = ("https://new.example", [Second]);
        _time.Advance(PublishedKeys.Pause);
        Assert.Equal(Limiter, await AskAsync(Second.Token(c => c["iss"] = "https://new.example")));
    }

    [Fact]
    public async Task Without_keys_nothing_is_known_of_a_token_and_it_is_asked_again_soon()
    {
        _failure = new HttpRequestException("no route");
        var error = await Assert.ThrowsAsync<TokenNotCheckedException>(() => AskAsync(First));
        Assert.Contains("no route", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(First.Token().Split('.')[1], error.Message, StringComparison.Ordinal);
        _failure = null;
        await Assert.ThrowsAsync<TokenNotCheckedException>(() => AskAsync(First));
        _time.Advance(PublishedKeys.Pause);
        Assert.Equal(Limiter, await AskAsync(First));
    }

    [Fact]
    public async Task An_API_server_that_is_away_for_a_while_stops_no_limiter_and_one_that_is_away_for_long_does()
    {
        await AskAsync(First);
        _failure = new TimeoutException("too late");
        var lasting = First.Token(c => c["exp"] = TestIssuer.Now.AddDays(1).ToUnixTimeSeconds());
        for (var minutes = 0; minutes < 50; minutes += 10)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(Limiter, await AskAsync(lasting));
        }
        _time.Advance(TimeSpan.FromMinutes(10));
        await Assert.ThrowsAsync<TokenNotCheckedException>(() => AskAsync(lasting));
        _failure = null;
        _time.Advance(PublishedKeys.Pause);
        Assert.Equal(Limiter, await AskAsync(lasting));
    }

    [Fact]
    public async Task A_token_that_was_good_expires_all_the_same()
    {
        var token = First.Token(c => c["exp"] = TestIssuer.Now.AddSeconds(20).ToUnixTimeSeconds());
        Assert.Equal(Limiter, await AskAsync(token));
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Null(await AskAsync(token));
    }

    [Fact]
    public async Task Who_leaves_does_not_end_the_reading_for_others()
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var keys = new PublishedKeys(path => path == IssuerKeys.DiscoveryPath ? answer.Task : ReadAsync(path), _time, NullLogger<PublishedKeys>.Instance);
        using var leaves = new CancellationTokenSource();
        var (left, stayed) = (keys.GetAsync(null, leaves.Token), keys.GetAsync("first", CancellationToken.None));
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        answer.SetResult(TestIssuer.Discovery());
        Assert.Equal(["first"], (await stayed).Ids);
    }

    private Task<LimiterIdentity?> AskAsync(TestIssuer issuer) => AskAsync(issuer.Token());

    private Task<LimiterIdentity?> AskAsync(string token) => _authenticator.AuthenticateAsync(token, TestContext.Current.CancellationToken);

    private Task<string> ReadAsync(string path)
    {
        lock (_asked) _asked.Add(path);
        return _failure is { } failure
            ? Task.FromException<string>(failure)
            : Task.FromResult(path == IssuerKeys.DiscoveryPath ? TestIssuer.Discovery(_issuer) : TestIssuer.KeySet(_published.Select(i => i.Key())));
    }
}
