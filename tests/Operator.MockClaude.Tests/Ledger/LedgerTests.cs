using Operator.MockClaude.Answers;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Tests.Ledger;

public sealed class LedgerTests
{
    [Fact]
    public async Task Every_request_ends_once_and_the_sums_are_those_of_the_answers()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            LedgerEntries = 5, Behaviour = new Behaviour { OutputTokens = new Lognormal(40, 1) },
        });
        using var rule = host.Server.Faults.Add(new FaultRule(FaultKind.Overloaded) { Probability = 0.3 });
        var answered = 0;
        long input = 0, output = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), TestContext.Current.CancellationToken, async (i, _) =>
        {
            var reply = await host.MessagesAsync(MockHost.Message(text: $"Number {i}", stream: i % 2 == 0));
            if (reply.Status != 200) return;
            var usage = i % 2 == 0 ? reply.Events[^2].Json["usage"]! : reply.Json["usage"]!;
            Interlocked.Increment(ref answered);
            Interlocked.Add(ref input, (long)usage["input_tokens"]!);
            Interlocked.Add(ref output, (long)usage["output_tokens"]!);
        });
        var ledger = host.Server.Ledger;
        Assert.Equal((200, 0), (ledger.Started, ledger.InFlight));
        var totals = ledger.Totals(k => k.Outcome == RequestOutcome.Answered);
        Assert.Equal((answered, input, output), (totals.Requests, totals.Input, totals.Output));
        Assert.Equal(200 - answered, ledger.Totals(k => k.Outcome == RequestOutcome.Overloaded).Requests);
        Assert.Equal(200, ledger.Breakdown().Values.Sum(t => t.Requests));
        Assert.Equal(ModelCost.Of(new ModelCatalogue().Find("claude-sonnet-5-5")!, new((int)input, 0, 0, 0, (int)output, 0)), totals.Cost);
        Assert.Equal(5, ledger.Entries.Count);
    }

    [Fact]
    public async Task Revisions_are_told_apart_by_their_marker()
    {
        await using var host = await MockHost.StartAsync();
        foreach (var revision in new[] { "blue", "green", "green" })
            await host.SendAsync(HttpMethod.Post, "/v1/messages", MockHost.Message().ToJsonString(), headers: ("x-claude-revision", revision));
        Assert.Equal(2, host.Server.Ledger.Totals(k => k.Marker == "green").Requests);
    }

    [Fact]
    public async Task Who_leaves_a_stream_pays_for_what_was_produced()
    {
        var time = new Operator.Testing.ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            Time = time, Behaviour = new Behaviour { TokenTime = new Lognormal(1), OutputTokens = new Lognormal(64) },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages");
        request.Content = new StringContent(MockHost.Message("claude-haiku-4-5", stream: true).ToJsonString());
        request.Headers.Add("x-api-key", MockClaudeOptions.DefaultKey);
        request.Headers.Add("anthropic-version", "2023-06-01");
        using (var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < 2; i++)
            {
                while (time.PendingTimers == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromSeconds(8));
            }
            while (time.PendingTimers == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        await host.Server.Ledger.WaitForIdleAsync(TestContext.Current.CancellationToken);
        var booked = Assert.Single(host.Server.Ledger.Entries);
        Assert.Equal((RequestOutcome.ClientGone, 16), (booked.Outcome, booked.Usage.Output));
    }
}
