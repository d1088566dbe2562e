using System.Diagnostics;
using System.Net;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Tests.Hosting;
using Operator.MockClaude;

namespace Operator.Limiter.Tests.Channel;

/// <summary>A limiter of the pod <c>team/triage-0</c> between an operator and a mock of the API.</summary>
internal sealed class ConnectedLimiter : IAsyncDisposable
{
    private readonly string _folder;
    private readonly MockClaudeServer _claude;
    private readonly HttpClient _client;

    private ConnectedLimiter(FakeOperator fake, MockClaudeServer claude, LimiterHost host, string folder, CapturedLogs logs)
    {
        (Operator, _claude, Host, _folder, Logs) = (fake, claude, host, folder, logs);
        _client = new HttpClient { BaseAddress = host.Address };
        _client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
    }

    public FakeOperator Operator { get; }

    public LimiterHost Host { get; }

    public CapturedLogs Logs { get; }

    public DeploymentConfiguration Served => Host.State.Configuration.Current.Find("triage")!.Configuration;

    public static async Task<ConnectedLimiter> StartAsync(TimeProvider? time = null, Action<FakeOperator>? prepare = null, IPEndPoint? elsewhere = null)
    {
        var fake = await FakeOperator.StartAsync();
        prepare?.Invoke(fake);
        var claude = await MockClaudeServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("limiter").FullName;
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Deployments));
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Keys));
        await File.WriteAllTextAsync(Path.Combine(folder, LimiterPod.Keys, "triage"), MockClaudeOptions.DefaultKey);
        await File.WriteAllTextAsync(Path.Combine(folder, LimiterPod.TokenFile), FakeOperator.Token + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, LimiterPod.AuthorityFile), fake.Certificates.Authority);
        await File.WriteAllBytesAsync(Path.Combine(folder, LimiterPod.Deployments, "triage.json"), Sample.Json(Sample.Deployment()));
        var logs = new CapturedLogs();
        var host = await LimiterHost.StartAsync(
            new LimiterOptions
            {
                Listen = new(IPAddress.Loopback, 0), Health = new(IPAddress.Loopback, 0), Directory = folder, Upstream = claude.Address,
                PodNamespace = "team", PodName = "triage-0", Operator = fake.Address, OperatorEndPoint = elsewhere is null ? null : () => elsewhere,
                Drain = TimeSpan.FromSeconds(5),
            },
            logs.Factory, new MemoryStream(), time);
        return new ConnectedLimiter(fake, claude, host, folder, logs);
    }

    public static Lease Lease(long epoch, long sequence, double requests) => new()
    {
        Quota = "team/tools", Group = "g", Epoch = epoch, Sequence = sequence, Fallback = Share.None, Ttl = TimeSpan.FromSeconds(30),
        Grant = new Share(new Amounts(requests, null, null), new Amounts(requests, null, null)),
    };

    /// <summary>What the gate of the lease's group lets through a second.</summary>
    public double Rate() => Host.State.Groups.First(g => g.Group == "g").InForce.Rate.Requests;

    public async Task AnswersAsync()
    {
        using var content = new StringContent(RunningLimiter.Body, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync("/v1/messages", content);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Renews the pod's token, as the kubelet does: nobody reads half of it.</summary>
    public async Task RenewAsync(string token)
    {
        var file = Path.Combine(_folder, LimiterPod.TokenFile);
        await File.WriteAllTextAsync(file + ".next", token + "\n");
        File.Move(file + ".next", file, overwrite: true);
    }

    public Task ReportsAsync(int more)
    {
        var before = Operator.Reports.Count;
        return UntilAsync(() => Operator.Reports.Count >= before + more, "reports");
    }

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "waited a minute for " + what);
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Host.DisposeAsync();
        await _claude.DisposeAsync();
        await Operator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
