using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Limiting;
using Operator.MockClaude;

namespace Operator.Limiter.Tests.Channel;

public sealed class OperatorChannelTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limiter").FullName;
    private FakeOperator _operator = null!;
    private MockClaudeServer _claude = null!;
    private LimiterHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _operator = await FakeOperator.StartAsync();
        _claude = await MockClaudeServer.StartAsync();
        Directory.CreateDirectory(Path.Combine(_folder, LimiterPod.Deployments));
        Directory.CreateDirectory(Path.Combine(_folder, LimiterPod.Keys));
        await File.WriteAllTextAsync(Path.Combine(_folder, LimiterPod.Keys, "triage"), MockClaudeOptions.DefaultKey);
        await File.WriteAllTextAsync(Path.Combine(_folder, LimiterPod.TokenFile), FakeOperator.Token + "\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, LimiterPod.AuthorityFile), _operator.Certificates.Authority);
        await File.WriteAllBytesAsync(Path.Combine(_folder, LimiterPod.Deployments, "triage.json"), Sample.Json(Sample.Deployment()));
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        await _claude.DisposeAsync();
        await _operator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_configuration_that_is_pushed_is_applied_and_told_at_once()
    {
        await StartAsync();
        _operator.Configure(new LimiterConfiguration { Epoch = 1, Deployments = [Sample.Deployment(generation: 5) with { Canary = Sample.Revision(Sample.CanaryId), CanaryWeight = 1_000 }] });
        var told = await ReportAsync(r => r.Applied.Any(a => a.Generation == 5));
        Assert.Equal(("team/triage", 1_000), (told.Applied[0].Deployment, told.Applied[0].CanaryWeight));
        Assert.Equal(("team", "triage-0"), (told.Namespace, told.Pod));
        Assert.All(_operator.Tokens, t => Assert.Equal("Bearer " + FakeOperator.Token, t));
    }

    [Fact]
    public async Task A_configuration_that_is_torn_or_of_an_epoch_that_is_over_changes_nothing()
    {
        await StartAsync();
        _operator.Configure(new LimiterConfiguration { Epoch = 7, Deployments = [Sample.Deployment(generation: 5)] });
        await ReportAsync(r => r.Applied.Any(a => a.Generation == 5));
        _operator.Digest = new string('0', 64);
        _operator.Configure(new LimiterConfiguration { Epoch = 7, Deployments = [Sample.Deployment(generation: 6)] });
        await UntilAsync(() => _host.State.Configuration.Current.Refused.Any(r => r.Because.Contains("torn", StringComparison.Ordinal)));
        _operator.Digest = null;
        _operator.Configure(new LimiterConfiguration { Epoch = 6, Deployments = [Sample.Deployment(generation: 7)] });
        await ReportsAsync(3);
        Assert.Equal(5, _host.State.Configuration.Current.Find("triage")!.Configuration.Generation);
        _operator.Configure(new LimiterConfiguration { Epoch = 8, Deployments = [Sample.Deployment(generation: 8)] });
        await ReportAsync(r => r.Applied.Any(a => a.Generation == 8));
        // It is corrected, and told no more.
        await UntilAsync(() => !_host.State.Configuration.Current.Refused.Any(r => r.Source.StartsWith("operator", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_lease_is_taken_told_and_one_of_a_former_leader_is_not()
    {
        _operator.Answer = r => new ReportAnswer { Epoch = 3, NextReport = TimeSpan.FromMilliseconds(100), Leases = [Lease(3, r.Sequence, 7)] };
        await StartAsync();
        var told = await ReportAsync(r => r.Leases.Count > 0);
        Assert.Equal((3, 7), (told.Leases[0].Epoch, told.Leases[0].Grant!.Rate.Requests));
        Assert.Equal(ShareSource.Grant, Gate().InForce.Source);
        _operator.Answer = r => new ReportAnswer { Epoch = 2, NextReport = TimeSpan.FromMilliseconds(100), Leases = [Lease(2, r.Sequence, 9)] };
        var before = _operator.Reports.Count;
        await UntilAsync(() => _operator.Reports.Count >= before + 3);
        Assert.Equal(7, Gate().InForce.Rate.Requests);
    }

    [Fact]
    public async Task A_follower_is_left_and_nothing_that_was_spent_is_forgotten_until_it_is_acknowledged()
    {
        _operator.IsFollower = true;
        await StartAsync();
        using var client = new HttpClient { BaseAddress = _host.Address };
        client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        using var answer = await client.PostAsync("/v1/messages", new StringContent(Hosting.RunningLimiter.Body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await UntilAsync(() => _operator.Followed >= 3);
        _operator.IsFollower = false;
        var first = await ReportAsync(r => r.Spend.Count > 0);
        var again = await ReportAsync(r => r.Spend.Count > 0 && r.Sequence > first.Sequence);
        Assert.Equal(first.Spend, again.Spend);
        Assert.Equal("team/tools", first.Spend[0].Quota);
        _operator.Answer = r => new ReportAnswer { Epoch = 1, NextReport = TimeSpan.FromMilliseconds(100), AcknowledgedSpend = first.Spend[0].Sequence };
        await ReportAsync(r => r.Sequence > again.Sequence + 1 && r.Spend.Count == 0);
    }

    [Fact]
    public async Task A_server_that_the_authority_did_not_sign_gets_no_token()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, LimiterPod.AuthorityFile), new Testing.Clusters.LoopbackCertificates().Authority);
        await StartAsync();
        await UntilAsync(() => _host.State.Channel.Failed >= 2);
        Assert.Empty(_operator.Tokens);
        // The file is read for every connection: authorities rotate.
        await File.WriteAllTextAsync(Path.Combine(_folder, LimiterPod.AuthorityFile), _operator.Certificates.Authority);
        await ReportsAsync(1);
    }

    [Fact]
    public async Task The_last_report_says_that_the_limiter_ends()
    {
        await StartAsync();
        await ReportsAsync(1);
        await _host.StopAsync();
        Assert.True(_operator.Reports.Last().Ends);
    }

    private GroupGate Gate() => new(_host.State.Groups.First(g => g.Group == "g").InForce);

    private static Lease Lease(long epoch, long sequence, double requests) => new()
    {
        Quota = "team/tools",
        Group = "g",
        Epoch = epoch,
        Sequence = sequence,
        Grant = new Share(new Amounts(requests, null, null), new Amounts(requests, null, null)),
        Fallback = Share.None,
        Ttl = TimeSpan.FromSeconds(30),
    };

    private async Task StartAsync() => _host = await LimiterHost.StartAsync(
        new LimiterOptions
        {
            Listen = new(IPAddress.Loopback, 0), Health = new(IPAddress.Loopback, 0), Directory = _folder, Upstream = _claude.Address,
            PodNamespace = "team", PodName = "triage-0", Operator = _operator.Address, Drain = TimeSpan.FromSeconds(5),
        },
        NullLoggerFactory.Instance, new MemoryStream());

    private async Task<Report> ReportAsync(Func<Report, bool> condition)
    {
        Report? found = null;
        await UntilAsync(() => (found = _operator.Reports.LastOrDefault(condition)) is not null);
        return found!;
    }

    private Task ReportsAsync(int more)
    {
        var before = _operator.Reports.Count;
        return UntilAsync(() => _operator.Reports.Count >= before + more);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "waited a minute");
            await Task.Delay(20);
        }
    }

    private readonly record struct GroupGate((Tokens Rate, Tokens Level, ShareSource Source) InForce);
}
