using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>Runs one pod from its start to its end, and tells its status.</summary>
internal sealed partial class PodWorker : IAsyncDisposable
{
    private readonly JsonObject _pod;
    private readonly NodeServices _services;
    private readonly IPAddress _address;
    private readonly PodVolumes _volumes;
    private readonly ContainerEnvironment _environment;
    private readonly CancellationTokenSource _stopMains = new();
    private readonly CancellationTokenSource _stopSidecars = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly List<ContainerRun> _inits;
    private readonly List<ContainerRun> _mains;
    private volatile PodOutcome? _outcome;
    private TimeSpan _grace;

    /// <summary>Prepares a pod; nothing runs yet.</summary>
    public PodWorker(JsonObject pod, NodeServices services, IPAddress address)
    {
        (_pod, _services, _address) = (pod, services, address);
        _volumes = new PodVolumes(Path.Combine(services.Directory, Uid), services.Content, services.Client, services.CaCertificate);
        _environment = new ContainerEnvironment(services.Client, services.ApiAddress);
        _grace = TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);
        _inits = [.. pod.Children("spec", "initContainers").Select(spec =>
            new ContainerRun(spec, services.Time) { IsInit = true, IsSidecar = spec.Text("restartPolicy") == "Always" })];
        _mains = [.. pod.Children("spec", "containers").Select(spec => new ContainerRun(spec, services.Time))];
        foreach (var run in _inits.Concat(_mains))
            run.Changed += Signal;
        // The downward API shows the address from the start.
        _pod.Ensure("status")["podIP"] = address.ToString();
        _pod.Ensure("status")["hostIP"] = "127.0.0.1";
    }

    /// <summary>The pod as it was when it started.</summary>
    public JsonObject Pod => _pod;

    /// <summary>The UID of the pod.</summary>
    public string Uid => _pod.Text("metadata", "uid")!;

    /// <summary>A container by name, or null.</summary>
    public ContainerRun? Find(string name) => _mains.Concat(_inits).FirstOrDefault(run => run.Name == name);

    /// <summary>All containers, init containers first.</summary>
    public IEnumerable<ContainerRun> Containers => _inits.Concat(_mains);

    /// <summary>The only container that is not an init container; null when there are several.</summary>
    public ContainerRun? Only => _mains.Count == 1 ? _mains[0] : null;

    /// <summary>Asks the pod to end: its containers first, then its sidecars.</summary>
    public void Stop(TimeSpan grace)
    {
        _grace = grace;
        _stopMains.Cancel();
    }

    /// <summary>Brings the files up to date with their sources.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _volumes.RefreshAsync(_pod, cancellationToken);
        }
        catch (PodNotReadyException missing)
        {
            // A source that was deleted leaves the files as they are.
            Log.NotRefreshed(_services.Logger, Namespace, Name, missing.Message);
        }
    }

    /// <summary>After which time tokens must be renewed.</summary>
    public TimeSpan TokenRenewal => PodVolumes.TokenRenewal(_pod);

    /// <summary>Runs the pod to its end. The status is told until then, and once more after.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var told = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(told.Token, cancellationToken);
        var telling = TellAsync(linked.Token);
        Signal();
        try
        {
            using var registration = cancellationToken.Register(() => Stop(TimeSpan.FromSeconds(2)));
            _outcome = await LiveAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            Log.Broken(_services.Logger, error, Namespace, Name);
            _outcome = new PodOutcome("Failed", "NodeFailure", error.Message);
        }
        finally
        {
            await told.CancelAsync();
            await telling;
        }
        if (!cancellationToken.IsCancellationRequested)
            await WriteStatusAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in Containers)
            run.Log.Close();
        await _volumes.DisposeAsync();
        _changed.Dispose();
    }

    private string Namespace => _pod.Text("metadata", "namespace")!;

    private string Name => _pod.Text("metadata", "name")!;

    private string Policy => _pod.Text("spec", "restartPolicy") ?? "Always";

    private async Task<PodOutcome> LiveAsync()
    {
        using var deadline = Deadline();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopMains.Token, deadline.Token);
        var sidecars = new List<Task>();
        try
        {
            if (!await PrepareFilesAsync(stop.Token))
                return Stopped(deadline);
            foreach (var init in _inits)
            {
                if (init.IsSidecar)
                {
                    sidecars.Add(Loop(init).RunAsync(_pod, "Always", _grace, _stopSidecars.Token));
                    if (!await StartedAsync(init, stop.Token))
                        return Stopped(deadline);
                    continue;
                }
                var code = await Loop(init).RunAsync(_pod, Policy == "Never" ? "Never" : "OnFailure", _grace, stop.Token);
                if (stop.IsCancellationRequested)
                    return Stopped(deadline);
                if (code != 0)
                    return new PodOutcome("Failed");
            }
            foreach (var main in _mains)
                main.Wait("ContainerCreating");
            var codes = await Task.WhenAll(_mains.Select(main => Loop(main).RunAsync(_pod, Policy, _grace, stop.Token)));
            if (deadline.IsCancellationRequested)
                return Stopped(deadline);
            return codes.All(code => code == 0) ? new PodOutcome("Succeeded") : new PodOutcome("Failed");
        }
        finally
        {
            // Sidecars outlive the containers that they serve.
            await _stopSidecars.CancelAsync();
            await Task.WhenAll(sidecars);
        }
    }

    private ContainerLoop Loop(ContainerRun run) =>
        new(run, _volumes, _environment, _services.Options, _address, _services.Time, _services.Logger);

    private CancellationTokenSource Deadline() => _pod.Number("spec", "activeDeadlineSeconds") is { } seconds
        ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), _services.Time)
        : new CancellationTokenSource();

    private static PodOutcome Stopped(CancellationTokenSource deadline) => deadline.IsCancellationRequested
        ? new PodOutcome("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        : new PodOutcome("Failed");

    private async Task<bool> PrepareFilesAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _volumes.PrepareAsync(_pod, stop);
                return true;
            }
            catch (PodNotReadyException missing)
            {
                foreach (var run in _inits.Count > 0 ? _inits.Take(1) : _mains)
                    run.Wait(missing.Reason, missing.Message);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            await Task.Delay(_services.Options.RestartDelay, _services.Time, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        return false;
    }

    private static async Task<bool> StartedAsync(ContainerRun run, CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check()
        {
            if (run.IsStarted)
                started.TrySetResult();
        }
        run.Changed += Check;
        try
        {
            Check();
            await started.Task.WaitAsync(stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            run.Changed -= Check;
        }
    }

    private void Signal()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // A writer is already on its way.
        }
        catch (ObjectDisposedException)
        {
            // A container that was left behind has ended after its pod.
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _changed.WaitAsync(cancellationToken);
                await WriteStatusAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The pod has ended; its last status is written afterwards.
        }
    }

    private async Task WriteStatusAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var live = await _services.Client.GetAsync(WellKnown.Pods, Namespace, Name, cancellationToken);
            if (live is null || live.Text("metadata", "uid") != Uid)
                return;
            var before = live.Child("status")?.DeepClone();
            PodStatusText.Write(live, _inits, _mains, _outcome, _address, _services.Time.GetUtcNow());
            if (JsonNode.DeepEquals(before, live["status"]))
                return;
            try
            {
                await _services.Client.UpdateAsync(WellKnown.Pods, live, "status", cancellationToken);
                return;
            }
            catch (ApiException error) when (error.Code == 404)
            {
                return;
            }
            catch (ApiException error) when (error.Code == 409)
            {
                // Somebody else wrote in between: read again.
            }
            catch (ApiException error)
            {
                Log.StatusRefused(_services.Logger, Namespace, Name, error.Message);
                return;
            }
        }
        Signal();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pod {Namespace}/{Pod}: its files are not brought up to date: {Reason}")]
        public static partial void NotRefreshed(ILogger logger, string @namespace, string pod, string reason);

        [LoggerMessage(3, LogLevel.Error, "Pod {Namespace}/{Pod} cannot be run on this machine")]
        public static partial void Broken(ILogger logger, Exception error, string @namespace, string pod);

        [LoggerMessage(2, LogLevel.Error, "Pod {Namespace}/{Pod}: its status is refused: {Reason}")]
        public static partial void StatusRefused(ILogger logger, string @namespace, string pod, string reason);
    }
}
