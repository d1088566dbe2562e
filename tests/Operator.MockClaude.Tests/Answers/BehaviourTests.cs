using System.Text.Json.Nodes;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Messages;
using Operator.Testing;

namespace Operator.MockClaude.Tests.Answers;

public sealed class BehaviourTests
{
    private static JsonObject Ask(int number, string system)
    {
        var body = MockHost.Message("claude-haiku-4-5", $"Question {number}. <expected>{number * 7}</expected>");
        body["system"] = system;
        return body;
    }

    private static string? Text(MockHost.Reply reply) =>
        reply.Json["content"]!.AsArray().Select(b => (string?)b!["text"]).FirstOrDefault(t => t is not null);

    [Fact]
    public async Task A_worse_prompt_is_measurably_worse()
    {
        var options = new MockClaudeOptions
        {
            Behaviours =
            [
                new BehaviourRule(new Behaviour { Quality = 0.95 }) { SystemDigest = SystemDigest.Of("version 1") },
                new BehaviourRule(new Behaviour { Quality = 0.70 }) { SystemContains = "version 2" },
            ],
        };
        await using var host = await MockHost.StartAsync(options);
        var right = new int[2];
        for (var i = 0; i < 300; i++)
        {
            if (Text(await host.MessagesAsync(Ask(i, "version 1"))) == $"{i * 7}") right[0]++;
            if (Text(await host.MessagesAsync(Ask(i, "version 2"))) == $"{i * 7}") right[1]++;
        }
        Assert.InRange(right[0], 270, 299);
        Assert.InRange(right[1], 185, 235);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_answers_in_any_order_and_another_seed_others()
    {
        var order = Enumerable.Range(0, 60).ToList();
        var first = await RunAsync(1, order);
        Assert.Equal(first, await RunAsync(1, Enumerable.Reverse(order)));
        Assert.NotEqual(first, await RunAsync(2, order));

        static async Task<SortedDictionary<int, string>> RunAsync(int seed, IEnumerable<int> order)
        {
            await using var host = await MockHost.StartAsync(new MockClaudeOptions
            {
                Seed = seed,
                Behaviour = new Behaviour { Quality = 0.5, RefusalRate = 0.1, OutputTokens = new Lognormal(50, 0.5) },
            });
            var answers = new SortedDictionary<int, string>();
            foreach (var i in order)
            {
                var json = (await host.MessagesAsync(Ask(i, "s"))).Json;
                answers[i] = json["content"]!.ToJsonString() + json["usage"]!.ToJsonString() + (string?)json["stop_reason"];
            }
            return answers;
        }
    }

    [Fact]
    public async Task The_same_requests_get_the_same_ids_from_the_same_seed()
    {
        var ids = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            await using var host = await MockHost.StartAsync();
            ids.Add((await host.MessagesAsync(MockHost.Message())).Header("request-id"));
            ids.Add((await host.MessagesAsync(MockHost.Message())).Header("request-id"));
        }
        Assert.Equal(ids[..2], ids[2..]);
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public async Task A_refusal_is_200_and_a_truncation_fills_max_tokens()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            Behaviours =
            [
                new BehaviourRule(new Behaviour { RefusalRate = 1 }) { UserContains = "secret" },
                new BehaviourRule(new Behaviour { TruncationRate = 1 }) { UserContains = "endless" },
                new BehaviourRule(new Behaviour { ErrorRate = 1 }) { UserContains = "broken" },
            ],
        });
        var refused = await host.MessagesAsync(MockHost.Message(text: "secret"));
        Assert.Equal((200, "refusal"), (refused.Status, (string?)refused.Json["stop_reason"]));
        Assert.Equal("refusal", (string?)refused.Json["stop_details"]!["type"]);
        var cut = await host.MessagesAsync(MockHost.Message(text: "endless", maxTokens: 333));
        Assert.Equal(("max_tokens", 333), ((string?)cut.Json["stop_reason"], cut.Usage("output_tokens")));
        Assert.Equal(500, (await host.MessagesAsync(MockHost.Message(text: "broken"))).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(63)]
    [InlineData(64)]
    public async Task Max_tokens_cuts_the_answer_to_the_token(int most)
    {
        await using var host = await MockHost.StartAsync();
        foreach (var model in new[] { "claude-haiku-4-5", "claude-sonnet-5" })
        {
            var reply = await host.MessagesAsync(MockHost.Message(model, maxTokens: most));
            Assert.Equal(most, reply.Usage("output_tokens"));
            Assert.Equal(most < 64 ? "max_tokens" : "end_turn", (string?)reply.Json["stop_reason"]);
        }
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_answer()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Answers = [new MockAnswer("Hello", "one STOP two")] });
        var body = MockHost.Message();
        body["stop_sequences"] = new JsonArray("STOP");
        var reply = await host.MessagesAsync(body);
        Assert.Equal("one ", Text(reply));
        Assert.Equal(("stop_sequence", "STOP"), ((string?)reply.Json["stop_reason"], (string?)reply.Json["stop_sequence"]));
    }

    [Fact]
    public async Task A_schema_is_answered_with_JSON_that_fits()
    {
        await using var host = await MockHost.StartAsync();
        var body = MockHost.Message();
        body["output_config"] = JsonNode.Parse(
            """{"format":{"type":"json_schema","schema":{"type":"object","properties":{"grade":{"enum":["good","bad"]},"n":{"type":"integer"}}}}}""");
        var json = JsonNode.Parse(Text(await host.MessagesAsync(body))!)!;
        Assert.Equal(("good", 1), ((string?)json["grade"], (int)json["n"]!));
    }

    [Fact]
    public async Task A_judge_tells_good_answers_from_wrong_ones()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            Behaviours = [new BehaviourRule(new Behaviour { Answer = KnownAnswers.Judge }) { SystemContains = "You grade" }],
        });
        async Task<int> ScoreAsync(string answer)
        {
            var body = MockHost.Message(text: $"<answer>\n{answer}\n</answer><rubric>right</rubric>");
            body["system"] = "You grade one answer.";
            return (int)JsonNode.Parse(Text(await host.MessagesAsync(body))!)!["score"]!;
        }
        Assert.Equal(9, await ScoreAsync("42"));
        Assert.Equal(2, await ScoreAsync(KnownAnswers.Wrong));
    }

    [Fact]
    public async Task Latency_is_drawn_from_the_distribution_and_taken_on_the_clock()
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            Time = time, Behaviour = new Behaviour { FirstToken = new Lognormal(2), TokenTime = new Lognormal(0.5), OutputTokens = new Lognormal(10) },
        });
        var reply = host.MessagesAsync(MockHost.Message("claude-haiku-4-5"));
        while (time.PendingTimers == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, host.Server.Ledger.InFlight);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(200, (await reply).Status);
    }

    [Fact]
    public void A_lognormal_has_its_median_in_the_middle()
    {
        var values = Enumerable.Range(0, 20_000).Select(i => new Lognormal(3, 0.7).At(i / 20_000.0, i * 0.618034 % 1)).Order().ToArray();
        Assert.InRange(values[10_000], 2.9, 3.1);
        Assert.InRange(values[(int)(20_000 * 0.8413)], 3 * Math.Exp(0.7) * 0.95, 3 * Math.Exp(0.7) * 1.05);
    }

    [Fact]
    public async Task Fast_answers_are_always_the_same_and_still_counted()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Fast = true, FastOutputTokens = 16 });
        var first = await host.MessagesAsync(MockHost.Message("claude-fable-5-2", "one"));
        var second = await host.MessagesAsync(MockHost.Message("claude-fable-5-2", "two", stream: true));
        Assert.Equal(16, first.Usage("output_tokens"));
        Assert.Equal(16, (int)second.Events[^2].Json["usage"]!["output_tokens"]!);
        Assert.Equal(32, host.Server.Ledger.Totals().Output);
    }
}
