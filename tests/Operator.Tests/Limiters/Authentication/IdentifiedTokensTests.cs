using Operator.Limiters.Authentication;
using Operator.Testing;

namespace Operator.Tests.Limiters.Authentication;

public sealed class IdentifiedTokensTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Tokens_that_were_checked_together_are_not_checked_anew_together()
    {
        var tokens = new IdentifiedTokens(_time);
        var digests = Enumerable.Range(0, 1_000).Select(i => IdentifiedTokens.Digest($"token {i}")).ToList();
        foreach (var digest in digests) tokens.Keep(digest, new LimiterIdentity("team", digest, "uid"), Lifetime);
        var forgotten = new List<int>();
        for (var second = 1; second <= 60; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            forgotten.Add(digests.Count(d => !tokens.TryGet(d, out _)) - forgotten.Sum());
        }
        Assert.Equal(0, forgotten.Take(29).Sum());
        Assert.Equal(1_000, forgotten.Sum());
        // Spread evenly, it would be 33 in each of the last thirty seconds.
        Assert.InRange(forgotten.Max(), 33, 66);
    }

    [Fact]
    public void No_answer_is_believed_longer_than_its_lifetime()
    {
        var tokens = new IdentifiedTokens(_time);
        // The digest with the longest part of it.
        var digest = new string('f', 64);
        tokens.Keep(digest, null, Lifetime);
        _time.Advance(Lifetime - TimeSpan.FromMilliseconds(1));
        Assert.True(tokens.TryGet(digest, out var identity));
        Assert.Null(identity);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(tokens.TryGet(digest, out _));
    }
}
