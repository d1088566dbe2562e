using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>The state of one container of a pod, over all its restarts. Safe for concurrent use.</summary>
internal sealed class ContainerRun(JsonObject spec, TimeProvider time)
{
    private readonly Lock _gate = new();
    private JsonObject _state = new() { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } };
    private JsonObject? _lastState;
    private bool _ready;
    private bool _started;
    private int _restarts;
    private int _incarnation;

    /// <summary>Raised after every change.</summary>
    public event Action? Changed;

    /// <summary>The container as the pod declares it.</summary>
    public JsonObject Spec => spec;

    /// <summary>The name of the container.</summary>
    public string Name { get; } = spec.Text("name") ?? "";

    /// <summary>Whether it is an init container that keeps running beside the others.</summary>
    public bool IsSidecar { get; init; }

    /// <summary>Whether it is an init container: one that has ended well counts as ready.</summary>
    public bool IsInit { get; init; }

    /// <summary>The output of the present run.</summary>
    public ContainerLog Log { get; private set; } = new(time);

    /// <summary>The output of the run before; null when there was none.</summary>
    public ContainerLog? PreviousLog { get; private set; }

    /// <summary>How often it was started again.</summary>
    public int Restarts
    {
        get { lock (_gate) return _restarts; }
    }

    /// <summary>Whether its startup probe has passed.</summary>
    public bool IsStarted
    {
        get { lock (_gate) return _started; }
    }

    /// <summary>Whether it serves.</summary>
    public bool IsReady
    {
        get { lock (_gate) return _ready; }
    }

    /// <summary>The exit code of a container that has ended; null otherwise.</summary>
    public long? ExitCode
    {
        get { lock (_gate) return _state.Number("terminated", "exitCode"); }
    }

    /// <summary>It waits for something.</summary>
    public void Wait(string reason, string? message = null) => Change(() =>
    {
        if (_state.Child("terminated") is not null)
            _lastState = _state;
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null)
            waiting["message"] = message;
        _state = new JsonObject { ["waiting"] = waiting };
        _ready = false;
    });

    /// <summary>It runs; where it has probes, they decide whether it has started and serves.</summary>
    public void Run(bool startupProbed, bool readinessProbed) => Change(() =>
    {
        if (_incarnation++ > 0)
        {
            _restarts++;
            PreviousLog = Log;
            Log = new ContainerLog(time);
        }
        if (_state.Child("terminated") is not null)
            _lastState = _state;
        _state = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Now() } };
        _started = !startupProbed;
        _ready = !startupProbed && !readinessProbed;
    });

    /// <summary>What probes have found.</summary>
    public void Probed(bool started, bool ready)
    {
        lock (_gate)
            if (_started == started && _ready == ready)
                return;
        Change(() => (_started, _ready) = (started, ready));
    }

    /// <summary>It has ended.</summary>
    public void End(int exitCode, string reason, string message) => Change(() =>
    {
        var ended = new JsonObject
        {
            ["exitCode"] = exitCode,
            ["reason"] = reason,
            ["startedAt"] = _state.Text("running", "startedAt") ?? Now(),
            ["finishedAt"] = Now(),
            ["containerID"] = Id(),
        };
        if (message.Length > 0)
            ended["message"] = message;
        _state = new JsonObject { ["terminated"] = ended };
        _ready = false;
        _started = false;
    });

    /// <summary>The entry in the pod's status.</summary>
    public JsonObject Describe()
    {
        lock (_gate)
        {
            var image = spec.Text("image") ?? "";
            var status = new JsonObject
            {
                ["name"] = Name,
                ["state"] = _state.DeepClone(),
                ["lastState"] = _lastState?.DeepClone() ?? new JsonObject(),
                ["ready"] = _ready || (!IsSidecar && _state.Number("terminated", "exitCode") == 0 && IsInit),
                ["restartCount"] = _restarts,
                ["image"] = image,
                ["imageID"] = "",
                ["started"] = _started,
            };
            if (_incarnation > 0)
                status["containerID"] = Id();
            return status;
        }
    }

    private string Id() => $"local://{Name}-{_incarnation}";

    private string Now() => ObjectFields.Stamp(time.GetUtcNow());

    private void Change(Action change)
    {
        lock (_gate)
            change();
        Changed?.Invoke();
    }
}
