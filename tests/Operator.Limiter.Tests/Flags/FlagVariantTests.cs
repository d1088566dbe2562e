using System.Globalization;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Flags;
using Operator.Limiter.Tests.Hosting;
using Operator.Limiter.Variants;
using Operator.Testing;

namespace Operator.Limiter.Tests.Flags;

/// <summary>A flag says what a request gets, however weights move and whoever asks first.</summary>
public class FlagVariantTests
{
    /// <summary>Each move is a weight from now on, an evaluation, or a request of a key.</summary>
    private static readonly Gen<(int Kind, int Key, int Weight)> Move =
        from kind in Gen.Choose(0, 4)
        from key in Gen.Choose(0, 5)
        from weight in Gen.Elements(0, 1, 100, 2_500, 5_000, 9_999, 10_000)
        select (kind, key, weight);

    [Theory]
    [InlineData(StickyBy.Conversation)]
    [InlineData(StickyBy.User)]
    public void An_evaluation_equals_the_next_request_and_changes_nothing_that_a_request_learns(StickyBy sticky) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(17, 23), Prop.ForAll(Arb.From(Gen.ListOf(Move)), moves => Agree(moves, sticky)));

    [Theory]
    [InlineData(StickyBy.Conversation, RequestHeaders.Conversation)]
    [InlineData(StickyBy.User, RequestHeaders.User)]
    public async Task The_flags_variant_is_the_one_that_serves_the_request(StickyBy sticky, string header)
    {
        await using var limiter = await RunningLimiter.StartAsync(FlagHandlerTests.AtWeight(0, 1, sticky));
        var served = new HashSet<string>();
        var generation = 1L;
        foreach (var weight in new[] { 0, 700, 2_500, 5_000, 10_000, 5_000, 0 })
        {
            Assert.Null(limiter.State.Configuration.Apply("test", FlagHandlerTests.AtWeight(weight, ++generation, sticky)));
            for (var i = 0; i < 12; i++)
            {
                // Some keys are met for the first time, some are known from other weights; names beyond ASCII pass in headers too.
                var key = i < 6 ? $"clé {i}" : string.Create(CultureInfo.InvariantCulture, $"key {generation}/{i}");
                var (status, flag) = await FlagHandlerTests.AskAsync(limiter, "revision", FlagHandlerTests.Key(key));
                Assert.Equal(HttpStatusCode.OK, status);
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new StringContent(RunningLimiter.Body) };
                request.Headers.TryAddWithoutValidation(header, key);
                // Each conversation of a user is a new one: what an older one is pinned to does not count.
                if (sticky == StickyBy.User) request.Headers.Add(RequestHeaders.Conversation, $"{generation}-{i}");
                using var client = Utf8Client(limiter);
                using var response = await client.SendAsync(request);
                var by = response.Headers.GetValues(RequestHeaders.Revision).Single();
                Assert.Equal(by, (string?)flag["value"]);
                Assert.Equal(by == Sample.CanaryId ? "canary" : "stable", (string?)flag["variant"]);
                served.Add(by);
            }
        }
        Assert.Equal(2, served.Count);
    }

    [Fact]
    public async Task Where_nothing_sticks_the_answers_revision_can_be_named_in_the_request()
    {
        await using var limiter = await RunningLimiter.StartAsync(FlagHandlerTests.AtWeight(5_000, 1, StickyBy.Request));
        var (status, flag) = await FlagHandlerTests.AskAsync(limiter, "promptVersion", "{}");
        Assert.Equal((HttpStatusCode.OK, "SPLIT"), (status, (string?)flag["reason"]));
        var revision = (string)flag["metadata"]!["revision"]!;
        var (_, _, response) = await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Revision, revision));
        Assert.Equal(revision, response.Headers.GetValues(RequestHeaders.Revision).Single());
    }

    [Fact]
    public void A_user_whose_conversation_began_elsewhere_gets_that_when_it_is_named()
    {
        var variants = new VariantSelector(new ConversationMemory(new ManualTimeProvider()));
        var evaluator = new FlagEvaluator(variants, new Random(1));
        variants.Select(At(0, StickyBy.User), new VariantKey(StickyKey.Of("c"), StickyKey.Of("u"), 0));
        Assert.Equal("stable", evaluator.Evaluate(At(10_000, StickyBy.User), new FlagContext("u", "c")).Variant);
        Assert.Equal("canary", evaluator.Evaluate(At(10_000, StickyBy.User), new FlagContext("u", null)).Variant);
    }

    [Fact]
    public void A_conversation_begins_with_its_evaluation()
    {
        var variants = new VariantSelector(new ConversationMemory(new ManualTimeProvider()));
        Assert.Equal("stable", new FlagEvaluator(variants, new Random(1)).Evaluate(At(0, StickyBy.Conversation), new FlagContext("c", null)).Variant);
        Assert.Equal(Sample.StableId, variants.Select(At(10_000, StickyBy.Conversation), new VariantKey(StickyKey.Of("c"), null, 0)).Revision!.Id);
    }

    [Fact]
    public void A_rollback_is_still_told_to_the_request_after_an_evaluation()
    {
        var variants = new VariantSelector(new ConversationMemory(new ManualTimeProvider()));
        var key = new VariantKey(StickyKey.Of("c"), null, 0);
        variants.Select(At(10_000, StickyBy.Conversation), key);
        Assert.Equal("stable", new FlagEvaluator(variants, new Random(1)).Evaluate(At(0, StickyBy.Conversation), new FlagContext("c", null)).Variant);
        Assert.True(variants.Select(At(0, StickyBy.Conversation), key).Rehomed);
    }

    /// <summary>
    /// Two limiters live through the same moves, one of them without evaluations of keys that had a request before: each evaluation must
    /// equal the request that follows it, and requests must learn the same.
    /// </summary>
    private static bool Agree(IEnumerable<(int Kind, int Key, int Weight)> moves, StickyBy sticky)
    {
        var (asked, plain) = (new VariantSelector(new ConversationMemory(new ManualTimeProvider())), new VariantSelector(new ConversationMemory(new ManualTimeProvider())));
        var evaluator = new FlagEvaluator(asked, new Random(1));
        var (weight, known) = (0, new HashSet<int>());
        foreach (var (kind, name, next) in moves)
        {
            if (kind == 0) weight = next;
            var deployment = At(weight, sticky);
            var text = $"key {name}";
            var context = sticky == StickyBy.User ? new FlagContext($"user {name}", text) : new FlagContext(text, null);
            var key = new VariantKey(StickyKey.Of(text), StickyKey.Of($"user {name}"), 0);
            if (kind is 1 or 2 && known.Contains(name)) evaluator.Evaluate(deployment, context);
            if (kind < 3) continue;
            var foreseen = evaluator.Evaluate(deployment, context);
            var served = asked.Select(deployment, key);
            if (foreseen.Revision != served.Revision || served != plain.Select(deployment, key)) return false;
            known.Add(name);
        }
        return true;
    }

    private static ServedDeployment At(int weight, StickyBy sticky) => Sample.Served(FlagHandlerTests.AtWeight(weight, 1, sticky));

    private static HttpClient Utf8Client(RunningLimiter limiter) =>
        new(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8 }) { BaseAddress = limiter.Host.Address };
}
