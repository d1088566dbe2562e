using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster;
using Operator.Testing;
using Operator.Testing.Clusters;

namespace Operator.EndToEnd.Harness;

/// <summary>How a scenario is staged.</summary>
public sealed record StageOptions
{
    public static StageOptions Default { get; } = new();

    /// <summary>The target; null is the local cluster.</summary>
    public ClusterTarget? Target { get; init; }

    /// <summary>Changes the local cluster.</summary>
    public Action<LocalClusterOptions>? Cluster { get; init; }

    /// <summary>Whether the operator starts with the stage.</summary>
    public bool StartsOperator { get; init; } = true;

    /// <summary>What happens to the writes of the operator; null lets all pass.</summary>
    public Func<OperatorWrite, WriteFate>? Fate { get; init; }

    /// <summary>Whether every write of the scenario is dealt with before the next: then the same scenario is the same run, write by write.</summary>
    public bool Settles { get; init; }

    /// <summary>How the operator is set up.</summary>
    public Action<OperatorSetup>? Operator { get; init; }
}

/// <summary>
/// A cluster with the CRDs, the real operator in this process, limiters and a CI that are played, and a clock that all of them but a
/// real cluster share. Time passes only while a scenario waits for something: in steps of a second, each when nothing is left to be
/// done at the present time, after every limiter has reported. It stands still while no operator runs. So nothing depends on how
/// busy the machine is, and the same scenario is the same run.
/// </summary>
public sealed class Stage : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    // Nothing under way can be seen to move for so long: it waits for the clock.
    private static readonly TimeSpan Stuck = TimeSpan.FromMilliseconds(150);

    // Servers that end need some real time for what may take seconds of the scenario's.
    private static readonly TimeSpan Stopping = TimeSpan.FromMilliseconds(100);

    // What a real server has committed arrives by its watches within this time, as a rule.
    private static readonly TimeSpan Arrival = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly StageOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<OperatorProcess> _processes = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waits = [];
    private readonly RequestLedger _ledger = new();
    private readonly Lock _gate = new();
    private readonly HttpClient _http;
    private readonly UserClient _own;
    private Task _drive = Task.CompletedTask;
    private Kubectl? _kubectl;
    private volatile OperatorProcess? _process;
    private volatile Exception? _driverError;
    private volatile bool _restart;
    private TaskCompletionSource _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _passing;

    private Stage(StageOptions options, RunningCluster cluster, LocalClusterServer? server, ManualTimeProvider clock)
    {
        Clock = clock;
        _options = options;
        Cluster = cluster;
        Server = server;
        _http = cluster.CreateClient(_ledger.Wrap);
        User = new UserClient(_http);
        Record = new ClusterRecord(_http);
        Traffic = new FedTraffic(Record);
        _own = new UserClient(_http);
        Ci = new ContinuousIntegration(Record, _own);
    }

    public RunningCluster Cluster { get; }

    /// <summary>The server of the local cluster, for its faults; null on other targets.</summary>
    public LocalClusterServer? Server { get; }

    public UserClient User { get; }

    public ClusterRecord Record { get; }

    public FedTraffic Traffic { get; }

    public ContinuousIntegration Ci { get; }

    public ManualTimeProvider Clock { get; }

    public LogCapture Log { get; } = new();

    /// <summary>kubectl of this machine; the test is skipped where there is none.</summary>
    public Kubectl Kubectl
    {
        get
        {
            if (!Harness.Kubectl.IsPresent) Assert.Skip("kubectl is not on PATH");
            return _kubectl ??= new Kubectl(Cluster.Kubeconfig, Passing);
        }
    }

    /// <summary>The running operator; null while there is none.</summary>
    public OperatorProcess? Process => _process;

    /// <summary>Every start of the operator, in order.</summary>
    public IReadOnlyList<OperatorProcess> Processes
    {
        get { lock (_gate) return [.. _processes]; }
    }

    public static async Task<Stage> OpenAsync(StageOptions? options = null)
    {
        options ??= StageOptions.Default;
        // A day ago, so that the scenario's times lie in kubectl's past.
        var now = DateTimeOffset.UtcNow.AddDays(-1);
        var clock = new ManualTimeProvider(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
        RunningCluster cluster;
        LocalClusterServer? server = null;
        if (options.Target is null or LocalTarget)
        {
            var local = new LocalClusterOptions { TimeProvider = clock };
            options.Cluster?.Invoke(local);
            server = await LocalClusterServer.StartAsync(local);
            cluster = new RunningCluster(new LocalTarget(), server.Kubeconfig, server.DisposeAsync);
        }
        else
        {
            cluster = await options.Target.StartAsync(CancellationToken.None);
        }
        var stage = new Stage(options, cluster, server, clock);
        try
        {
            await stage.BeginAsync();
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the operator.</summary>
    public async Task StartOperatorAsync()
    {
        var setup = new OperatorSetup { Kubeconfig = Cluster.Kubeconfig, Clock = Clock, Log = Log, Fate = _options.Fate ?? (_ => WriteFate.Pass), Killed = () => _restart = true };
        _options.Operator?.Invoke(setup);
        var process = new OperatorProcess(setup);
        lock (_gate) _processes.Add(process);
        _process = process;
        await process.StartAsync();
    }

    /// <summary>Ends the operator as a pulled plug does; its lease is gone as if it had run out.</summary>
    public async Task KillOperatorAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        process.Kill();
        await ForgetLeaseAsync();
    }

    /// <summary>Ends the operator as a deployment does.</summary>
    public async Task StopOperatorAsync()
    {
        if (_process is not { } process) return;
        using (Passing()) await process.StopAsync();
        _process = null;
    }

    /// <summary>The deployment; fails where it does not exist.</summary>
    public DeploymentView Deployment(string name = "triage", string @namespace = Manifests.Space) =>
        new(Record.Find("claudedeployments", @namespace, name) ?? throw new InvalidOperationException($"{@namespace}/{name} does not exist."));

    /// <summary>Waits until the deployment is as expected, and answers it.</summary>
    public async Task<DeploymentView> UntilAsync(Func<DeploymentView, bool> condition, string what, string name = "triage", string @namespace = Manifests.Space)
    {
        DeploymentView? found = null;
        await UntilAsync(
            () => Record.Find("claudedeployments", @namespace, name) is { } value && condition(found = new DeploymentView(value)),
            what,
            () => found?.ToString());
        return found!;
    }

    /// <summary>Waits until the declared version serves everything, by the record and by what the limiters hold.</summary>
    public Task<DeploymentView> UntilHealthyAsync(string version, string name = "triage", string @namespace = Manifests.Space) =>
        UntilAsync(
            d => d.Phase == "Healthy" && d.Stable == version && d.Canary is null && d.IsCurrent && Held(name, @namespace) == version,
            $"{version} to be healthy", name, @namespace);

    /// <summary>What the limiters of a deployment hold.</summary>
    public string Held(string name = "triage", string @namespace = Manifests.Space) =>
        Weights.Describe((string?)Record.Find("configmaps", @namespace, "claude-limiter-" + name)?["data"]?["deployment.json"]);

    /// <summary>Waits until a condition holds. It is looked at whenever nothing is left to be done at the present time.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, Func<string?>? details = null)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_driverError is { } error) throw new InvalidOperationException("The stage broke.", error);
            _waits.Add((condition, done));
            _awaited.TrySetResult();
        }
        if (await Task.WhenAny(done.Task, Task.Delay(Patience)) == done.Task)
        {
            await done.Task;
            return;
        }
        lock (_gate) _waits.RemoveAll(w => w.Done == done);
        throw new TimeoutException(Story($"Waited in vain for {what}.", details?.Invoke()));
    }

    /// <summary>Waits until nothing is left to be done at the present time.</summary>
    public Task SettledAsync() => UntilAsync(() => true, "the present to be over");

    /// <summary>Lets time pass until it is disposed.</summary>
    public IDisposable Passing()
    {
        lock (_gate)
        {
            _passing++;
            _awaited.TrySetResult();
        }
        return new Passage(this);
    }

    /// <summary>Lets time pass on the scenario's clock.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var until = Clock.GetUtcNow() + time;
        await UntilAsync(() => Clock.GetUtcNow() >= until, $"{time} to pass");
    }

    /// <summary>Gives a command to a rollout.</summary>
    public async Task CommandAsync(string command, string revision, string name = "triage", string @namespace = Manifests.Space) =>
        (await User.MergeAsync(
            $"/apis/claudeops.dev/v1alpha1/namespaces/{@namespace}/claudedeployments/{name}",
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["claudeops.dev/" + command] = revision } } }.ToJsonString())).Must();

    /// <summary>Who was to serve, in order.</summary>
    public IReadOnlyList<string> Sequence(string name = "triage", string @namespace = Manifests.Space) => Weights.Sequence(Record, @namespace, name);

    /// <summary>The reasons of a deployment's events in the order of their first appearance.</summary>
    public IReadOnlyList<string> EventReasons(string name = "triage") =>
    [
        .. Record.Changes.Where(c => c.Resource == "events" && c.Type == "ADDED" && (string?)c.Object["regarding"]?["name"] == name)
            .Select(c => (string)c.Object["reason"]!),
    ];

    /// <summary>Waits for an event.</summary>
    public Task UntilEventAsync(string reason, string name = "triage") =>
        UntilAsync(() => EventReasons(name).Contains(reason), $"the event {reason}");

    /// <summary>Fails when the operator logged an error.</summary>
    public void AssertQuiet() => Assert.True(Log.Errors.Count == 0, string.Join('\n', Log.Errors.Take(5)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _drive;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
        foreach (var process in Processes) process.Kill();
        foreach (var process in Processes) await process.DisposeAsync();
        await Record.DisposeAsync();
        _http.Dispose();
        _kubectl?.Dispose();
        await Cluster.DisposeAsync();
        _stop.Dispose();
    }

    private async Task BeginAsync()
    {
        await InstallAsync();
        await User.ApplyAsync(Manifests.Namespace());
        await Record.StartAsync();
        if (_options.StartsOperator) await StartOperatorAsync();
        _drive = Task.Run(DriveAsync);
        if (_options.Settles) User.AfterWrite = SettledAsync;
    }

    /// <summary>Installs the definitions and waits until they are served.</summary>
    private async Task InstallAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("config", "crd"), "claudeops.dev_*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            await User.ApplyAsync(await File.ReadAllTextAsync(file));
        foreach (var plural in new[] { "claudedeployments", "claudequotas", "claudeevalruns" })
        {
            var start = Stopwatch.GetTimestamp();
            while (!(await User.GetAsync($"/apis/claudeops.dev/v1alpha1/{plural}")).IsSuccess)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience) throw new TimeoutException($"{plural} are not served.");
                await Task.Delay(20);
            }
        }
    }

    private async Task DriveAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await AwaitedAsync().WaitAsync(_stop.Token);
                await SettleAsync();
                if (_process is null)
                {
                    Tell();
                    await Task.Delay(Poll, _stop.Token);
                    continue;
                }
                if (await Ci.TickAsync() || Tell()) continue;
                foreach (var report in Traffic.Tick(Step)) _process?.Accept(report);
                Clock.Advance(Step);
                // A server of its own, and controllers of the cluster, work by the real clock.
                if (Processes.Any(p => p is { IsStopping: true, HasStopped: false })) await Task.Delay(Stopping, _stop.Token);
                if (!IsClosed) await Task.Delay(Poll, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The stage closes.
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _driverError = error;
                foreach (var (_, done) in _waits) done.TrySetException(new InvalidOperationException("The stage broke.", error));
            }
        }
    }

    /// <summary>Completes when a scenario waits, or asked for time to pass.</summary>
    private Task AwaitedAsync()
    {
        lock (_gate)
        {
            if (_waits.Count > 0 || _passing > 0) return Task.CompletedTask;
            if (_awaited.Task.IsCompleted) _awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _awaited.Task;
        }
    }

    /// <summary>Ends the waits whose condition holds.</summary>
    /// <returns>Whether there was one.</returns>
    private bool Tell()
    {
        List<(Func<bool> Condition, TaskCompletionSource Done)> waits;
        lock (_gate) waits = [.. _waits];
        var told = false;
        foreach (var wait in waits)
        {
            try
            {
                if (!wait.Condition()) continue;
                wait.Done.TrySetResult();
            }
            catch (Exception error)
            {
                wait.Done.TrySetException(error);
            }
            told = true;
            lock (_gate) _waits.Remove(wait);
        }
        return told;
    }

    /// <summary>Waits until nothing is left to be done at the present time. A process that died is started again here.</summary>
    private async Task SettleAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (_restart)
            {
                _restart = false;
                await KillOperatorAsync();
                await StartOperatorAsync();
            }
            var processes = Processes.Where(p => !p.Wire.IsDead && !p.HasStopped).ToList();
            var silence = processes.Select(p => p.Wire.Ledger.Silence).Append(_ledger.Silence).Min();
            var sent = Sent();
            if (_ledger.IsQuiet(sent) && processes.All(p => p.IsSettled(sent)) && (sent is not null || silence >= Arrival) && !_restart) return;
            if (silence >= Stuck && Stopwatch.GetElapsedTime(started) >= Stuck)
            {
                foreach (var process in processes) process.WaitsForLease();
                return;
            }
            await Task.Delay(Poll);
        }
    }

    /// <summary>Whether nothing but this stage and the operator acts in the cluster.</summary>
    private bool IsClosed => Server is not null && _options.Cluster is null;

    private Dictionary<string, long?>? Sent()
    {
        if (Server is null) return null;
        var sent = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var (request, lines) in Server.Faults.WatchedLines())
        {
            var id = request.UserAgent[(request.UserAgent.LastIndexOf(' ') + 1)..];
            sent[id] = lines;
        }
        return sent;
    }

    private async Task ForgetLeaseAsync()
    {
        var leases = (await _own.GetAsync("/apis/coordination.k8s.io/v1/leases")).Must();
        foreach (var lease in leases["items"]!.AsArray())
        {
            var space = (string)lease!["metadata"]!["namespace"]!;
            await _own.DeleteAsync($"/apis/coordination.k8s.io/v1/namespaces/{space}/leases/{(string)lease["metadata"]!["name"]!}");
        }
    }

    private string Story(string first, string? details) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {first}
        now: {Clock.GetUtcNow():HH:mm:ss}, writes: {Processes.Sum(p => p.Wire.Writes.Count)}, starts: {Processes.Count}
        weights: {string.Join(" -> ", Sequence())}
        events: {string.Join(", ", EventReasons())}
        {details}
        log:
        {string.Join('\n', Log.Lines.Distinct().TakeLast(30))}
        """);

    private sealed class Passage(Stage stage) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0) return;
            lock (stage._gate) stage._passing--;
        }
    }
}
