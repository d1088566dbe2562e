using System.Diagnostics;
using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;
using Operator.LocalCluster;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Node;
using Operator.MockClaude;
using Operator.MockClaude.Answers;
using Operator.Testing;
using Operator.Testing.Clusters;

namespace Operator.EndToEnd.Installed;

/// <summary>
/// A cluster with a node, on which everything is installed with kubectl as a stranger would: the operator runs as the pods of its
/// manifest with the rights of its service account, evals as Jobs whose pods hold a real limiter, which talks to a mock of the Claude
/// API. Only the traffic of the apps and the answers of CI are played. The cluster lives in real time; operator and limiters on a
/// clock of their own, which goes slowly while Jobs run, that need real time, and fast while a canary holds its weight.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>A prompt with these words is answered wrongly by the mock.</summary>
    public const string Bad = "Always be brief.";

    private static readonly string[] Namespaces = ["support", "docs"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly CancellationTokenSource _stop = new();
    private readonly LocalClusterServer _server;
    private readonly MockClaudeServer _claude;
    private readonly ManualTimeProvider _clock;
    private readonly OperatorImage _image;
    private readonly HttpClient _http;
    private readonly ContinuousIntegration _ci;
    private Task _drive = Task.CompletedTask;
    private volatile Exception? _driverError;

    private Installation(LocalClusterServer server, MockClaudeServer claude, ManualTimeProvider clock, OperatorImage image)
    {
        _server = server;
        _claude = claude;
        _clock = clock;
        _image = image;
        _http = new RunningCluster(new LocalTarget(), server.Kubeconfig, () => ValueTask.CompletedTask).CreateClient();
        Record = new ClusterRecord(_http);
        Traffic = new FedTraffic(Record);
        _ci = new ContinuousIntegration(Record, new UserClient(_http));
        Kubectl = new Kubectl(server.Kubeconfig, () => new MemoryStream());
    }

    public Kubectl Kubectl { get; }

    public ClusterRecord Record { get; }

    public FedTraffic Traffic { get; }

    /// <summary>The mock of the Claude API.</summary>
    public MockClaudeServer Claude => _claude;

    /// <summary>The requests that reached the API server.</summary>
    public LocalClusterServer Server => _server;

    public LogCapture Log => _image.Log;

    /// <summary>Starts a cluster in which nothing is installed.</summary>
    public static async Task<Installation> OpenAsync()
    {
        if (!Kubectl.IsPresent) Assert.Skip("kubectl is not on PATH");
        // Yesterday evening: in kubectl's past, and in the hours in which the samples let bulk requests through.
        var clock = new ManualTimeProvider(new DateTimeOffset(DateTimeOffset.UtcNow.Date.AddDays(-1).AddHours(21), TimeSpan.Zero));
        var claude = await MockClaudeServer.StartAsync(new MockClaudeOptions
        {
            // A suite's bound on output tokens counts what a model thinks, too.
            Behaviour = new Operator.MockClaude.Answers.Behaviour { ThinkingTokens = 0 },
            Behaviours = [new BehaviourRule(new Operator.MockClaude.Answers.Behaviour { Quality = 0 }) { SystemContains = Bad }],
            Answers =
            [
                new MockAnswer("charged twice", "billing"), new MockAnswer("refund", "billing"), new MockAnswer("error to all of us", "outage"),
                new MockAnswer("can log in", "outage"), new MockAnswer("password", "account"), new MockAnswer("thank you", "other"),
            ],
        });
        var image = new OperatorImage(clock, claude.Address);
        var node = new NodeOptions { UniquePodAddresses = true, VolumeUpdateDelay = TimeSpan.FromMilliseconds(100) };
        node.Handlers.Register("claude-operator", image.RunAsync)
            .Register("claude-limiter", (context, stop) => LimiterImage.RunAsync(context, clock, stop));
        var server = await LocalClusterServer.StartAsync(new LocalClusterOptions { Controllers = ClusterControllers.All, Node = node });
        return new Installation(server, claude, clock, image);
    }

    /// <summary>Installs the operator and the samples with kubectl, and waits until the operator is ready.</summary>
    public async Task InstallAsync()
    {
        await MustAsync("apply", "-k", Repository.PathOf("config", "default"));
        await Record.StartAsync();
        _drive = Task.Run(DriveAsync);
        await MustAsync("rollout", "status", "deployment/claude-operator", "-n", "claude-operator-system", "--timeout=100s");
        await MustAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        await MustAsync("apply", "-k", Repository.PathOf("config", "samples"));
        foreach (var space in Namespaces)
        {
            await MustAsync(
                "create", "secret", "generic", "claude-api-key", "-n", space, "--from-literal=api-key=" + MockClaudeOptions.DefaultKey);
        }
    }

    /// <summary>Applies a prompt version of the ticket triage, and the sample with that version.</summary>
    public async Task<string> ShipAsync(string version, string prompt)
    {
        var sample = await File.ReadAllTextAsync(Repository.PathOf("config", "samples", "deployment_ticket_triage.yaml"));
        var map = Manifests.Prompt(version, prompt, "ticket-triage-" + version, "support");
        return (await Kubectl.RunAsync(map + "---\n" + sample.Replace("version: v13", "version: " + version, StringComparison.Ordinal), ["apply", "-f", "-"])).Must();
    }

    /// <summary>Runs a command that must succeed; otherwise the failure tells what the cluster looks like.</summary>
    public async Task<string> MustAsync(params string[] command)
    {
        var result = await Kubectl.RunAsync(command);
        return result.Exit == 0 ? result.Stdout : throw new InvalidOperationException(
            $"$ {result.Command}\nended with {result.Exit}\n{result.Stdout}{result.Stderr}\n{await StoryAsync()}", _driverError);
    }

    private async Task<string> StoryAsync()
    {
        var pods = (await Kubectl.RunAsync("describe", "pods", "-A")).Stdout;
        var deployments = (await Kubectl.RunAsync("get", "cdep,cer,jobs,pods", "-A")).Stdout;
        return $"{deployments}\n{pods}\noperator's clock: {_clock.GetUtcNow():u}\nlog:\n{string.Join('\n', Log.Lines.Distinct().TakeLast(60))}";
    }

    /// <summary>Waits until a text of kubectl is as expected, and answers it.</summary>
    public async Task<string> UntilAsync(Func<string, bool> condition, params string[] command)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var text = (await Kubectl.RunAsync(command)).Must();
            if (condition(text)) return text;
            if (_driverError is { } error) throw new InvalidOperationException("The driver broke.", error);
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"kubectl {string.Join(' ', command)}:\n{text}\nlog:\n{string.Join('\n', Log.Lines.Distinct().TakeLast(40))}");
            await Task.Delay(300);
        }
    }

    /// <summary>Waits until the weights of the ticket triage went as told: what is recorded may be a moment behind what kubectl saw.</summary>
    public async Task AssertWeightsAsync(params string[] expected)
    {
        var start = Stopwatch.GetTimestamp();
        while (!Weights.Sequence(Record, "support", "ticket-triage").SequenceEqual(expected) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20)) await Task.Delay(50);
        Assert.Equal(expected, Weights.Sequence(Record, "support", "ticket-triage"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _drive;
        await Record.DisposeAsync();
        _http.Dispose();
        Kubectl.Dispose();
        await _server.DisposeAsync();
        await _claude.DisposeAsync();
        _stop.Dispose();
    }

    private async Task DriveAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await _ci.TickAsync();
                foreach (var report in Traffic.Tick(TimeSpan.FromSeconds(1)))
                {
                    foreach (var process in _image.Running) process.Accept(report);
                }
                _clock.Advance(TimeSpan.FromSeconds(1));
                var holds = Record.All("claudedeployments").Any(d => (string?)d["status"]?["phase"] == "Progressing");
                await Task.Delay(holds ? 5 : 50, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception error)
        {
            _driverError = error;
        }
    }
}
