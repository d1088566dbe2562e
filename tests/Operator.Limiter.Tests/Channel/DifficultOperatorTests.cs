using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Contract;
using Operator.Testing;

namespace Operator.Limiter.Tests.Channel;

/// <summary>An operator that is dead, slow, replaced, or tells what cannot be: requests are served on, and the channel never ends.</summary>
public class DifficultOperatorTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_dead_operator_is_told_once_and_requests_are_served_from_the_files()
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(10), elsewhere: new IPEndPoint(IPAddress.Loopback, port));
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Channel.Failed >= 5, "reports that fail");
        await limiter.AnswersAsync();
        Assert.Equal(1_000, limiter.Rate());
        Assert.Single(limiter.Logs.Lines, l => l.Contains("leases are not renewed", StringComparison.Ordinal));
        Assert.Single(limiter.Logs.Lines, l => l.Contains("stream of configurations cannot be followed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reports_to_a_slow_operator_do_not_pile_up_and_its_late_leases_are_not_taken()
    {
        // An answer may take five seconds, half a second by this clock; this operator takes three times as long.
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(10), fake =>
        {
            fake.Delay = TimeSpan.FromSeconds(1.5);
            fake.Answer = r => new ReportAnswer { Epoch = 3, NextReport = Soon, Leases = [ConnectedLimiter.Lease(3, r.Sequence, 7)] };
        });
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Channel.Failed >= 3, "reports that fail");
        await limiter.AnswersAsync();
        Assert.Equal((0L, 1_000.0), (limiter.Host.State.Channel.Answered, limiter.Rate()));
        // An operator hears only after a moment that a report was given up, and the next may be there by then. Reports that pile up, one
        // each tenth of a second, would be fifteen.
        Assert.InRange(limiter.Operator.MostAtOnce, 1, 3);
        var told = limiter.Operator.Reports.Select(r => r.Sequence).ToList();
        Assert.Equal(told.Order(), told);
        limiter.Operator.Delay = TimeSpan.Zero;
        await ConnectedLimiter.UntilAsync(() => limiter.Rate() == 7, "a lease that came in time");
        // What was spent while nobody listened is told.
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Last().Spend.Count > 0, "what was spent");
    }

    [Fact]
    public async Task Answers_that_cannot_be_change_nothing_and_the_next_good_one_counts()
    {
        string[] answers =
        [
            "",
            "null",
            "[]",
            "<html>503</html>",
            "{}",
            """{"epoch":3,"leases":null}""",
            """{"epoch":3,"leases":[null]}""",
            """{"epoch":3,"nextReport":"-1.00:00:00","leases":[{"quota":"team/tools","group":"g","epoch":3,"sequence":99,"grant":null,"fallback":null,"ttl":"00:00:30"}]}""",
            """{"epoch":3,"leases":[{"quota":"team/tools","group":"g","epoch":3,"sequence":99,"grant":{"rate":null,"burst":null},"fallback":{"rate":{},"burst":{}},"ttl":"00:00:30"}]}""",
            """{"epoch":3,"nextReport":"10675199.02:48:05","leases":[{"quota":"team/tools","group":"g","epoch":3,"sequence":99,"grant":{"rate":{"requests":5},"burst":{"requests":5}},"fallback":{"rate":{},"burst":{}},"ttl":"10675199.02:48:05"}]}""",
            """{"epoch":3,"leases":[{"quota":null,"group":null,"epoch":3,"sequence":99,"grant":{"rate":{"requests":5},"burst":{"requests":5}},"fallback":{"rate":{},"burst":{}},"ttl":"00:00:30"}]}""",
            """{"epoch":3,"leases":[{"quota":"team/tools","group":"g","epoch":3,"sequence":99,"grant":{"rate":{"requests":-5},"burst":{"requests":5}},"fallback":{"rate":{},"burst":{}},"ttl":"-00:00:30"}]}""",
        ];
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(50), fake => fake.RawAnswer = answers[0]);
        foreach (var answer in answers)
        {
            limiter.Operator.RawAnswer = answer;
            await limiter.ReportsAsync(2);
            Assert.True(limiter.Rate() == 1_000, answer);
        }
        await limiter.AnswersAsync();
        limiter.Operator.Answer = r => new ReportAnswer { Epoch = 3, NextReport = Soon, Leases = [ConnectedLimiter.Lease(3, r.Sequence, 7)] };
        limiter.Operator.RawAnswer = null;
        await ConnectedLimiter.UntilAsync(() => limiter.Rate() == 7, "a good lease");
        Assert.DoesNotContain(limiter.Logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_cannot_be_change_nothing_and_the_stream_is_followed_on()
    {
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(10));
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Tokens.Count >= 2, "both connections");
        foreach (var (name, data) in new[]
        {
            (ChannelProtocol.ConfigurationEvent, "null"), (ChannelProtocol.ConfigurationEvent, "{"), (ChannelProtocol.ConfigurationEvent, """{"epoch":1,"deployments":null}"""),
            (ChannelProtocol.ConfigurationEvent, """{"epoch":1,"deployments":[null]}"""), (ChannelProtocol.ConfigurationEvent, """{"epoch":1,"deployments":[{}]}"""),
            (ChannelProtocol.ConfigurationEvent, """{"epoch":1,"deployments":[{"namespace":"team","name":null,"generation":9,"stable":null,"quota":null,"models":null}]}"""),
            (ChannelProtocol.LeasesEvent, "null"), (ChannelProtocol.LeasesEvent, """{"epoch":1,"leases":null}"""), (ChannelProtocol.LeasesEvent, """{"epoch":1,"leases":[null]}"""),
            ("of-a-later-version", "whatever"),
        })
        {
            limiter.Operator.Send(name, data);
            await limiter.ReportsAsync(1);
            Assert.Equal(1, limiter.Served.Generation);
        }
        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 1, Deployments = [Sample.Deployment(generation: 5)] });
        await ConnectedLimiter.UntilAsync(() => limiter.Served.Generation == 5, "a good configuration");
        await limiter.AnswersAsync();
        Assert.DoesNotContain(limiter.Logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_document_of_a_later_version_is_refused_and_told_and_keeps_no_other_from_its_own()
    {
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(10));
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Tokens.Count >= 2, "both connections");
        var later = JsonNode.Parse(Sample.Json(Sample.Deployment(generation: 5)))!;
        later["lane"] = "express";
        var other = Encoding.UTF8.GetString(Sample.Json(Sample.Deployment("help", 3)));
        limiter.Operator.Send(ChannelProtocol.ConfigurationEvent, $$"""{"epoch":1,"deployments":[{{later.ToJsonString()}},{{other}}]}""");
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Configuration.Current.Find("help") is not null, "the other deployment");
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Last().Applied.Count == 2, "a report of both");
        var told = limiter.Operator.Reports.Last().Applied.Single(a => a.Deployment == "team/triage");
        Assert.Equal((1L, 5L), (told.Generation, told.RefusedGeneration));
        Assert.Contains("lane", told.RefusedBecause, StringComparison.Ordinal);
        Assert.Single(limiter.Logs.Lines, l => l.StartsWith("Warning The operator's configuration of triage is refused", StringComparison.Ordinal));

        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 1, Deployments = [Sample.Deployment(generation: 6)] });
        await ConnectedLimiter.UntilAsync(() => limiter.Served.Generation == 6, "a good configuration");
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Last().Applied.All(a => a.RefusedBecause is null), "a report without refusals");
    }

    [Fact]
    public async Task A_configuration_for_another_pod_is_refused_told_and_serves_nobody()
    {
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(10));
        var foreign = Sample.Deployment(generation: 9) with { Namespace = "others" };
        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 1, Deployments = [foreign, foreign with { Name = "other" }] });
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Any(r => r.Applied.Count == 3), "a report of the refusal");
        var told = limiter.Operator.Reports.First(r => r.Applied.Count == 3).Applied;
        Assert.Equal(["others/other", "others/triage", "team/triage"], told.Select(a => a.Deployment).Order(StringComparer.Ordinal));
        Assert.All(told.Where(a => a.Deployment.StartsWith("others", StringComparison.Ordinal)), a => Assert.Equal((0L, 9L), (a.Generation, a.RefusedGeneration)));
        Assert.Equal(("team", 1L), (limiter.Served.Namespace, limiter.Served.Generation));
        Assert.Null(limiter.Host.State.Configuration.Current.Find("other"));
        await limiter.AnswersAsync();
    }

    [Fact]
    public async Task An_operator_that_was_replaced_is_believed_and_the_one_before_no_more()
    {
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(10), fake =>
            fake.Answer = r => new ReportAnswer { Epoch = 3, NextReport = Soon, Leases = [ConnectedLimiter.Lease(3, r.Sequence, 7)] });
        await ConnectedLimiter.UntilAsync(() => limiter.Rate() == 7, "the first leader's lease");
        // The next leader counts from one again. What it grants outlasts the former one's lies, however slow the machine.
        limiter.Operator.Answer = _ => new ReportAnswer { Epoch = 4, NextReport = Soon, Leases = [ConnectedLimiter.Lease(4, 1, 5) with { Ttl = TimeSpan.FromMinutes(30) }] };
        await ConnectedLimiter.UntilAsync(() => limiter.Rate() == 5, "the next leader's lease");
        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 4, Deployments = [Sample.Deployment(generation: 5)] });
        await ConnectedLimiter.UntilAsync(() => limiter.Served.Generation == 5, "the next leader's configuration");

        await limiter.AnswersAsync();
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Last().Spend.Count > 0, "what was spent");
        var failed = limiter.Host.State.Channel.Failed;
        limiter.Operator.Answer = r => new ReportAnswer { Epoch = 3, NextReport = Soon, AcknowledgedSpend = 99, Leases = [ConnectedLimiter.Lease(3, r.Sequence, 9)] };
        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 3, Deployments = [Sample.Deployment(generation: 6)] });
        limiter.Operator.Send(ChannelProtocol.LeasesEvent, """{"epoch":3,"leases":[{"quota":"team/tools","group":"g","epoch":3,"sequence":500,"grant":{"rate":{},"burst":{}},"fallback":{"rate":{},"burst":{}},"ttl":"00:00:30","frozenUntil":"2999-01-01T00:00:00Z","frozenBecause":"a lie"}]}""");
        // The stream's trouble may end the connection before a report on it is answered.
        await ConnectedLimiter.UntilAsync(
            () => limiter.Host.State.Channel.Failed >= failed + 3
                && limiter.Logs.Lines.Any(l => l.Contains("it speaks for epoch 3, and 4 was seen already", StringComparison.Ordinal)),
            "reports that were answered by the former leader");
        Assert.Equal((5L, 5.0), (limiter.Served.Generation, limiter.Rate()));
        Assert.Equal(TimeSpan.Zero, limiter.Host.State.Leases.Frozen("team/tools", "g").Left);
        // Nor is anything forgotten because the former leader says that it is written down.
        Assert.NotEmpty(limiter.Operator.Reports.Last().Spend);
        await limiter.AnswersAsync();
    }
}
