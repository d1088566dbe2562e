using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Operator.LocalCluster.Node;

namespace Operator.Cli.Local.Platform;

/// <summary>How a request of a user ended.</summary>
internal enum UserOutcome
{
    /// <summary>An answer.</summary>
    Answered,

    /// <summary>Refused for a limit: 429.</summary>
    Refused,

    /// <summary>Anything else.</summary>
    Failed,
}

/// <summary>
/// What the node runs for the tools' image: synthetic users who ask the Claude API as their tool does, through the address that the
/// injected environment names. Safe for concurrent use.
/// </summary>
internal sealed class Users : IDisposable
{
    private static readonly string[] Tickets =
    [
        "I was charged twice for October.", "When will my refund arrive?", "Your site has shown an error to all of us since 9:00.",
        "Nobody in our company can log in.", "I forgot my password.", "Just wanted to say thank you!",
    ];

    private static readonly string[] Notes = ["The importer now reads CSV files with quotes.", "Tokens made before May stop working in June."];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 512 }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly ConcurrentDictionary<(string Tool, UserOutcome Outcome), long> _counts = new();
    private double _load;

    /// <summary>By how much the users ask more than usual; 0, as at the begin, for silence.</summary>
    public double Load
    {
        get => Volatile.Read(ref _load);
        set => Volatile.Write(ref _load, value);
    }

    /// <summary>How many requests of a tool ended so.</summary>
    public long Count(string tool, UserOutcome outcome) => _counts.GetValueOrDefault((tool, outcome));

    /// <summary>How many requests ended so.</summary>
    public long Count(UserOutcome outcome) => _counts.Where(c => c.Key.Outcome == outcome).Sum(c => c.Value);

    /// <summary>Runs the users of one pod.</summary>
    public async Task<ContainerExit> RunAsync(ContainerContext context, CancellationToken stop)
    {
        var tool = context.Environment.GetValueOrDefault("USERS_TOOL") ?? "triage";
        var rate = double.Parse(context.Environment.GetValueOrDefault("USERS_RATE") ?? "1", CultureInfo.InvariantCulture);
        var address = context.Environment.GetValueOrDefault("ANTHROPIC_BASE_URL")?.Replace("127.0.0.1", context.PodAddress.ToString(), StringComparison.Ordinal);
        if (address is null)
        {
            await context.Output.WriteLineAsync("ANTHROPIC_BASE_URL is not set: this pod has no limiter");
            return new ContainerExit(1);
        }
        // The seed of each pod is its own, so that they do not ask in step.
#pragma warning disable CA5394
        var random = new Random(context.PodUid.GetHashCode(StringComparison.Ordinal));
        var asked = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            var load = Load;
            var pause = load <= 0 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / (rate * load));
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || load <= 0) continue;
            var texts = tool == "triage" ? Tickets : Notes;
            asked.RemoveAll(t => t.IsCompleted);
            asked.Add(AskAsync(address, tool, texts[random.Next(texts.Length)], $"user-{random.Next(2_000)}", stop));
        }
#pragma warning restore CA5394
        await Task.WhenAll(asked);
        return ContainerExit.Success;
    }

    public void Dispose() => _http.Dispose();

    private async Task AskAsync(string address, string tool, string text, string user, CancellationToken stop)
    {
        var body = $$"""{"model":"claude-sonnet-5-5","max_tokens":100,"messages":[{"role":"user","content":{{JsonSerializer.Serialize(text, TextContext.Default.String)}}}]}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, address + "/v1/messages");
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Headers.Add("x-api-key", "of-the-app");
        request.Headers.Add("x-claude-user", user);
        var outcome = UserOutcome.Failed;
        try
        {
            using var response = await _http.SendAsync(request, stop);
            outcome = response.IsSuccessStatusCode ? UserOutcome.Answered : (int)response.StatusCode == 429 ? UserOutcome.Refused : UserOutcome.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The users of a pod that ends hang up; that says nothing about the tool.
            if (stop.IsCancellationRequested) return;
        }
        _counts.AddOrUpdate((tool, outcome), 1, static (_, n) => n + 1);
    }
}
