using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Limiter.Tests.Hosting;
using Operator.Testing.Node;

namespace Operator.Limiter.Tests.Clients.TypeScript;

/// <summary>The official TypeScript client in one process of node, which runs the cases of <c>client.mjs</c> one after the other.</summary>
public sealed class TypeScriptClient : IAsyncLifetime
{
    /// <summary>What the client is given as its key or its token: the limiter's own takes its place.</summary>
    public const string Secret = "not-a-real-key";

    private static readonly NodePackage Package = new("@anthropic-ai/sdk", Path.Combine("Clients", "TypeScript"), "LIMITER_NODE_MODULES");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly StringBuilder _stderr = new();
    private string? _missing;
    private Process? _node;

    public async ValueTask InitializeAsync()
    {
        _missing = await Package.MissingReasonAsync();
        if (_missing is null) Start();
    }

    /// <summary>Skips the test where node or the package is absent.</summary>
    public void SkipIfMissing()
    {
        if (_missing is { } reason) Assert.Skip(reason);
    }

    /// <summary>Runs one case with <c>ANTHROPIC_BASE_URL</c> on the limiter.</summary>
    /// <param name="name">Its name in the script.</param>
    /// <param name="limiter">The limiter.</param>
    /// <param name="options">Options of the client; none by default.</param>
    internal async Task<JsonNode> RunAsync(string name, RunningLimiter limiter, JsonObject? options = null)
    {
        SkipIfMissing();
        var asked = new JsonObject { ["case"] = name, ["address"] = limiter.Host.Address.ToString().TrimEnd('/'), ["options"] = options };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        string? line;
        try
        {
            await _node!.StandardInput.WriteLineAsync(asked.ToJsonString().AsMemory(), deadline.Token);
            await _node.StandardInput.FlushAsync(deadline.Token);
            line = await _node.StandardOutput.ReadLineAsync(deadline.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            line = null;
        }
        if (line is null)
        {
            // A late answer would be taken for that of the next case.
            if (!_node!.HasExited) _node.Kill();
            Assert.Fail($"node gave no answer to the case {name} within {Limit.TotalSeconds} s: {Stderr()}");
        }
        var told = JsonNode.Parse(line)!;
        Assert.True(told["problem"] is null, $"{told["problem"]}\n{told["calls"]?.ToJsonString()}\n{Stderr()}");
        Assert.Equal(name, (string?)told["case"]);
        return told;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is null) return;
        if (!_node.HasExited)
        {
            _node.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await _node.WaitForExitAsync(patience.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (!_node.HasExited) _node.Kill();
        }
        _node.Dispose();
    }

    private string Stderr()
    {
        lock (_stderr) return _stderr.ToString();
    }

    private void Start()
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Package.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("client.mjs");
        // What the machine's user set for a client of his own is not what is tested.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("ANTHROPIC_", StringComparison.Ordinal) || k.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["ANTHROPIC_API_KEY"] = Secret;
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
        _node = Process.Start(start)!;
        _node.ErrorDataReceived += (_, line) =>
        {
            lock (_stderr) _stderr.AppendLine(line.Data);
        };
        _node.BeginErrorReadLine();
    }
}
