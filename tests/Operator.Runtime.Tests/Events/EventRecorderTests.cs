using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Events;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Tests.LeaderElection;
using Operator.Testing;

namespace Operator.Runtime.Tests.Events;

public sealed class EventRecorderTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SimulationLoop _loop;
    private readonly SimulatedProcess _process;
    private readonly Meter _meter = new("test");
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _dropped = [];
    private readonly EventApi _api = new();
    private readonly EventOptions _options = new() { ReportingInstance = "pod-1" };
    private EventRecorder? _recorder;

    public EventRecorderTests()
    {
        _loop = new SimulationLoop(1, _clock);
        _process = _loop.AddProcess();
        _listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == _meter && instrument.Name == "operator_runtime_events_dropped_total") l.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var reason = (string)tags[0].Value!;
            _dropped[reason] = _dropped.GetValueOrDefault(reason) + value;
        });
        _listener.Start();
    }

    private EventRecorder Recorder => _recorder ??= Create();

    [Fact]
    public void An_event_is_written_with_all_that_the_api_asks_for()
    {
        Start();
        Record("Promoted");
        Settle();
        var written = Assert.Single(_api.Created);
        Assert.StartsWith("web.", written.Metadata.Name, StringComparison.Ordinal);
        Assert.Equal("shop", written.Metadata.NamespaceProperty);
        Assert.Equal(("tests.dev/rollouts", "pod-1"), (written.ReportingController, written.ReportingInstance));
        Assert.Equal(("Normal", "Promoted", "Promote", "all good"), (written.Type, written.Reason, written.Action, written.Note));
        Assert.Equal(("v1", "ConfigMap", "web", "shop", "u1"), (written.Regarding!.ApiVersion, written.Regarding.Kind, written.Regarding.Name, written.Regarding.NamespaceProperty, written.Regarding.Uid));
        Assert.Equal(_clock.GetUtcNow(), written.EventTime);
        Assert.Null(written.Series);
    }

    [Fact]
    public void Repetitions_patch_the_series_of_the_same_event()
    {
        Start();
        Record("Failed");
        Record("Failed");
        Settle();
        var patch = Assert.Single(_api.Patches);
        Assert.Equal(_api.Created[0].Metadata.Name, patch.Name);
        Assert.Equal("""{"series":{"count":2,"lastObservedTime":"2026-01-01T00:00:00.000000Z"}}""", patch.Body);
    }

    [Fact]
    public void A_series_whose_event_has_expired_is_created_again_with_its_count()
    {
        Start();
        Record("Failed");
        Settle();
        _api.Answers.Enqueue(Error(HttpStatusCode.NotFound, "NotFound"));
        Record("Failed");
        Settle();
        Assert.Equal(2, _api.Created.Count);
        Assert.Equal(2, _api.Created[1].Series!.Count);
    }

    [Fact]
    public void Failures_that_may_pass_are_tried_again_a_bounded_number_of_times()
    {
        Start();
        _api.Answers.Enqueue(new HttpRequestException("down"));
        _api.Answers.Enqueue(Error(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"));
        Record("Late");
        Settle(TimeSpan.FromSeconds(30));
        Assert.Single(_api.Created);

        for (var i = 0; i < 5; i++) _api.Answers.Enqueue(new HttpRequestException("down"));
        Record("Lost");
        Record("Next");
        Settle(TimeSpan.FromMinutes(1));
        Assert.Equal(["Late", "Next"], _api.Created.Select(written => written.Reason));
        Assert.Equal(1, _dropped["failed"]);
    }

    [Fact]
    public void The_servers_own_pause_is_kept()
    {
        Start();
        var busy = new V1Status { Reason = "TooManyRequests", Details = new V1StatusDetails { RetryAfterSeconds = 7 } };
        _api.Answers.Enqueue(new KubernetesException(HttpStatusCode.TooManyRequests, busy));
        Record("Late");
        Settle(TimeSpan.FromSeconds(6.9));
        Assert.Empty(_api.Created);
        Settle(TimeSpan.FromSeconds(0.2));
        Assert.Single(_api.Created);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Forbidden")]
    [InlineData(HttpStatusCode.NotFound, "NotFound")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "Invalid")]
    public void Failures_that_will_not_pass_are_dropped_at_once(HttpStatusCode code, string reason)
    {
        Start();
        _api.Answers.Enqueue(Error(code, reason));
        Record("Refused");
        Record("Next");
        Settle();
        Assert.Equal(["Next"], _api.Created.Select(written => written.Reason));
        Assert.Equal(1, _dropped["refused"]);
    }

    [Fact]
    public void An_event_that_got_through_although_its_answer_was_lost_is_done()
    {
        Start();
        _api.Answers.Enqueue(Error(HttpStatusCode.Conflict, "AlreadyExists"));
        Record("Once");
        Settle();
        Assert.Empty(_dropped);
        Assert.Equal(1, _api.Calls);
    }

    [Fact]
    public void A_former_leader_drops_its_events()
    {
        Start();
        _api.Answers.Enqueue(new LeadershipLostException("not leading"));
        Record("TooLate");
        Settle();
        Assert.Equal(1, _dropped["refused"]);
        Assert.Equal(1, _api.Calls);
    }

    [Fact]
    public void A_full_queue_drops_the_oldest_and_recording_never_waits()
    {
        _options.QueueCapacity = 3;
        for (var i = 0; i < 5; i++) Record("R" + i);
        Start();
        Settle();
        Assert.Equal(["R2", "R3", "R4"], _api.Created.Select(written => written.Reason));
        Assert.Equal(2, _dropped["queue_full"]);
    }

    [Fact]
    public void Stopping_writes_what_is_queued_and_the_last_counts()
    {
        Start();
        for (var i = 0; i < 4; i++) Record("Failed");
        Settle();
        Assert.Single(_api.Patches);
        Record("Last");
        Stop(TimeSpan.FromSeconds(5));
        Assert.Contains(_api.Created, written => written.Reason == "Last");
        Assert.Contains("\"count\":4", _api.Patches[^1].Body, StringComparison.Ordinal);
        Record("AfterTheEnd");
        Assert.Equal(1, _dropped["queue_full"]);
    }

    [Fact]
    public void Stopping_is_bounded_when_the_api_is_away()
    {
        Start();
        _api.Away = true;
        for (var i = 0; i < 10; i++) Record("R" + i);
        var before = _clock.GetUtcNow();
        Stop(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.GetUtcNow() - before);
        Assert.True(_dropped["shutdown"] >= 9);
    }

    [Fact]
    public void An_idle_recorder_calls_nobody()
    {
        Start();
        Record("Once");
        Settle();
        var calls = _api.Calls;
        Settle(TimeSpan.FromHours(3));
        Assert.Equal(calls, _api.Calls);
    }

    [Fact]
    public void An_object_without_a_name_is_refused()
    {
        var nameless = new V1ConfigMap();
        Assert.Throws<ArgumentException>(() => Recorder.Record(nameless, EventType.Normal, "A", "B", ""));
    }

    public void Dispose()
    {
        _recorder?.Dispose();
        _listener.Dispose();
        _meter.Dispose();
    }

    private static KubernetesException Error(HttpStatusCode code, string reason) => new(code, new V1Status { Reason = reason, Message = reason });

    private EventRecorder Create()
    {
        var metrics = new EventMetrics(_meter);
        var writer = new EventWriter(
            _api, "tests.dev/rollouts", "pod-1", _options, metrics, _process.Clock, () => 0.5, NullLogger<EventWriter>.Instance);
        return new EventRecorder(writer, _options, metrics, _process.Clock, NullLogger<EventRecorder>.Instance);
    }

    private void Start()
    {
        var start = _process.Start(() => Recorder.StartAsync(default));
        _loop.Run(() => start.IsCompleted);
    }

    private void Stop(TimeSpan within)
    {
        Assert.Equal(OperatorStage.Events, Recorder.Stage);
        using var over = new CancellationTokenSource(within, _process.Clock);
        var stop = _process.Start(() =>
        {
            Recorder.StopTakingWork();
            return Recorder.StopAsync(over.Token);
        });
        _loop.Run(() => stop.IsCompleted);
        stop.GetAwaiter().GetResult();
    }

    private void Settle(TimeSpan time = default) => _loop.RunFor(time);

    private void Record(string reason) => Recorder.Record(
        new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = "u1" } },
        EventType.Normal, reason, "Promote", "all good");

    private sealed class EventApi : StubClient
    {
        public List<EventsV1Event> Created { get; } = [];

        public List<(string Name, string Body)> Patches { get; } = [];

        public Queue<Exception> Answers { get; } = new();

        public bool Away { get; set; }

        public int Calls { get; private set; }

        public override Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        {
            Call();
            Created.Add((EventsV1Event)(object)entity);
            return Task.FromResult(entity);
        }

        public override Task<T> PatchAsync<T>(
            string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        {
            Call();
            Assert.Equal(PatchType.Merge, patch.Type);
            Patches.Add((name, Encoding.UTF8.GetString(patch.Body.Span)));
            return Task.FromResult((T)(object)new EventsV1Event());
        }

        private void Call()
        {
            Calls++;
            if (Away) throw new HttpRequestException("away");
            if (Answers.TryDequeue(out var error)) throw error;
        }
    }
}
