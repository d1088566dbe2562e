using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Telemetry;
using Operator.MockClaude;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>A limiter and its upstream on the loopback interface, with a folder as the kubelet would mount it.</summary>
internal sealed class RunningLimiter : IAsyncDisposable
{
    private RunningLimiter(LimiterHost host, string folder, MockClaudeServer? mock, MemoryStream calls)
    {
        (Host, Folder, Mock, Calls) = (host, folder, mock, calls);
        Client = new HttpClient { BaseAddress = host.Address };
        Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        Client.DefaultRequestHeaders.Add("x-api-key", "the-callers-own");
        Client.DefaultRequestHeaders.TryAddWithoutValidation("authorization", "Bearer the-callers-own");
    }

    public LimiterHost Host { get; }

    public string Folder { get; }

    public MockClaudeServer? Mock { get; }

    public MemoryStream Calls { get; }

    public HttpClient Client { get; }

    public LimiterState State => Host.State;

    public static async Task<RunningLimiter> StartAsync(
        DeploymentConfiguration? configuration = null, Uri? upstream = null, MockClaudeOptions? mock = null, ILoggerFactory? loggers = null, TimeProvider? time = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var server = upstream is null ? await MockClaudeServer.StartAsync(mock) : null;
        var folder = Directory.CreateTempSubdirectory("limiter").FullName;
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Deployments));
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Keys));
        await File.WriteAllBytesAsync(Path.Combine(folder, LimiterPod.Deployments, "triage.json"), Sample.Json(configuration ?? Sample.Deployment()));
        await File.WriteAllTextAsync(Path.Combine(folder, LimiterPod.Keys, "triage"), MockClaudeOptions.DefaultKey + "\n");
        var calls = new MemoryStream();
        var host = await LimiterHost.StartAsync(
            new LimiterOptions
            {
                Listen = new(IPAddress.Loopback, 0), Health = new(IPAddress.Loopback, 0), Directory = folder,
                Upstream = upstream ?? server!.Address, Drain = TimeSpan.FromSeconds(5),
                Variables = variables is null ? null : variables.GetValueOrDefault, PodName = "pod-1",
            },
            loggers ?? NullLoggerFactory.Instance, calls, time, new Zero());
        return new RunningLimiter(host, folder, server, calls);
    }

    public const string Body = """{"model":"any","max_tokens":64,"messages":[{"role":"user","content":"Hello there."}]}""";

    public const string StreamBody = """{"model":"any","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello there."}]}""";

    public async Task<(HttpStatusCode Status, string Text, HttpResponseMessage Response)> SendAsync(string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>Waits until every call that arrived has ended, and checks that the counts add up.</summary>
    public async Task<CallCounts> SettledAsync()
    {
        var counts = State.Counts;
        for (var i = 0; i < 600; i++)
        {
            if (counts.Ended.Values.Sum() == counts.Received) break;
            await Task.Delay(50);
        }
        Assert.Equal(
            counts.Received, counts.Total(CallOutcome.Forwarded) + counts.Total(CallOutcome.Refused) + counts.Total(CallOutcome.Failed));
        return counts;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        if (Mock is not null) await Mock.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>No jitter: retries follow at once.</summary>
    private sealed class Zero : Random
    {
        public override double NextDouble() => 0;

        public override int Next(int maxValue) => 0;
    }
}
