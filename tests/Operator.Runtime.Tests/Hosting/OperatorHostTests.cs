using Microsoft.Extensions.Logging.Abstractions;
using Operator.Runtime.Hosting;
using Operator.Testing;

namespace Operator.Runtime.Tests.Hosting;

public sealed class OperatorHostTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SimulationLoop _loop;
    private readonly SimulatedProcess _process;
    private readonly List<string> _story = [];
    private readonly List<IOperatorLifecycle> _parts = [];
    private readonly OperatorState _state = new();
    private readonly OperatorShutdownOptions _options = new();
    private readonly RecordingTerm _term;
    private readonly RecordingExit _exit = new();
    private OperatorHost? _host;

    public OperatorHostTests()
    {
        _loop = new SimulationLoop(1, _clock);
        _process = _loop.AddProcess();
        _term = new RecordingTerm(_story);
    }

    private TimeSpan Now => _clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_shutdown_goes_in_order_and_gives_the_lease_back_after_the_last_reconcile()
    {
        Add("health", OperatorStage.Endpoints);
        Add("informer", OperatorStage.Informers);
        Add("recorder", OperatorStage.Events);
        Add("a", OperatorStage.Controllers, work: TimeSpan.FromSeconds(4));
        Add("b", OperatorStage.Controllers, work: TimeSpan.FromSeconds(1));
        Start();
        Assert.Equal(["start health", "start informer", "start recorder", "acquire", "start a", "start b"], _story);

        _story.Clear();
        Stop();
        Assert.Equal(
            [
                "no new work a", "no new work b", "end b at 1", "end a at 4",
                "no new work informer", "end informer at 4", "no new work recorder", "end recorder at 4",
                "stop renewing", "release", "no new work health", "end health at 4",
            ],
            _story);
        Assert.False(_exit.Failed);
    }

    [Fact]
    public void Readiness_goes_off_before_anything_stops_and_the_endpoints_stay_for_a_while()
    {
        var readyWhenDraining = true;
        Add("health", OperatorStage.Endpoints);
        Add("a", OperatorStage.Controllers, onDrain: () => readyWhenDraining = !_state.IsStopping);
        Start();
        Assert.False(_state.IsStopping);
        Stop();
        Assert.False(readyWhenDraining);
        Assert.Equal("end health at 3", _story[^1]);
        Assert.Contains("release", _story);
    }

    [Fact]
    public void A_reconcile_that_does_not_end_is_cancelled_after_the_grace()
    {
        Add("slow", OperatorStage.Controllers, work: TimeSpan.FromHours(1));
        Start();
        Stop();
        Assert.Contains("cancelled slow at 30", _story);
        Assert.True(_story.IndexOf("cancelled slow at 30") < _story.IndexOf("release"));
    }

    [Fact]
    public void A_part_that_ignores_its_cancellation_is_left_behind()
    {
        Add("deaf", OperatorStage.Controllers, work: TimeSpan.FromHours(1), deaf: true);
        Add("informer", OperatorStage.Informers);
        Start();
        Stop();
        Assert.Contains("end informer at 33", _story);
        Assert.Equal("release", _story[^1]);
    }

    [Fact]
    public void A_part_that_throws_keeps_no_other_from_stopping()
    {
        Add("broken", OperatorStage.Controllers, onDrain: () => throw new InvalidOperationException("broken"));
        Add("informer", OperatorStage.Informers, failStop: true);
        Add("recorder", OperatorStage.Events);
        Start();
        Stop();
        Assert.Contains("end recorder at 0", _story);
        Assert.Equal("release", _story[^1]);
    }

    [Fact]
    public void A_second_signal_waits_for_the_same_shutdown()
    {
        Add("a", OperatorStage.Controllers, work: TimeSpan.FromSeconds(10));
        Start();
        var first = _process.Start(() => _host!.StopAsync(default));
        _loop.RunFor(TimeSpan.FromSeconds(5));
        var second = _process.Start(() => _host!.StopAsync(default));
        _loop.Run(() => first.IsCompleted);
        _loop.Run(() => second.IsCompleted);
        Assert.Equal(1, _story.Count(line => line == "release"));
        Assert.Contains("end a at 10", _story);
    }

    [Fact]
    public void When_the_host_waits_no_longer_everything_is_cancelled_and_the_lease_still_goes_back()
    {
        Add("slow", OperatorStage.Controllers, work: TimeSpan.FromHours(1));
        Start();
        using var abort = new CancellationTokenSource(TimeSpan.FromSeconds(2), _process.Clock);
        var stop = _process.Start(() => _host!.StopAsync(abort.Token));
        _loop.Run(() => stop.IsCompleted);
        Assert.Contains("cancelled slow at 2", _story);
        Assert.Contains("release", _story);
    }

    [Fact]
    public void A_lost_lease_ends_the_process_without_grace_and_without_a_release()
    {
        Add("health", OperatorStage.Endpoints);
        Add("slow", OperatorStage.Controllers, work: TimeSpan.FromHours(1));
        Start();
        _term.Lose();
        _loop.Run(() => _exit.Failed);
        Stop();
        Assert.Contains("cancelled slow at 0", _story);
        Assert.DoesNotContain("release", _story);
        Assert.Equal("end health at 3", _story[^1]);
    }

    [Fact]
    public void A_renewal_that_breaks_counts_as_a_lost_lease()
    {
        Add("slow", OperatorStage.Controllers, work: TimeSpan.FromHours(1));
        Start();
        _term.Break();
        _loop.Run(() => _exit.Failed);
        Stop();
        Assert.Contains("cancelled slow at 0", _story);
        Assert.DoesNotContain("release", _story);
    }

    [Fact]
    public void A_standby_stops_without_having_started_its_controllers()
    {
        _term.NeverLeads = true;
        Add("informer", OperatorStage.Informers);
        Add("a", OperatorStage.Controllers);
        Start();
        Stop();
        Assert.Equal(["start informer", "acquire", "no new work informer", "end informer at 0", "release"], _story);
        Assert.False(_exit.Failed);
    }

    [Fact]
    public void A_part_that_cannot_start_ends_the_process_as_failed()
    {
        Add("informer", OperatorStage.Informers, failStart: true);
        Add("a", OperatorStage.Controllers);
        Start();
        Assert.True(_exit.Failed);
        Stop();
        Assert.DoesNotContain("start a", _story);
        Assert.DoesNotContain("end informer at 0", _story);
    }

    [Fact]
    public void The_total_bounds_the_slowest_shutdown()
    {
        foreach (var stage in Enum.GetValues<OperatorStage>()) Add(stage.ToString(), stage, work: TimeSpan.FromHours(1), deaf: true);
        Start();
        Stop();
        Assert.InRange(Now, TimeSpan.FromSeconds(30), _options.Total);
    }

    public void Dispose() => _host?.Dispose();

    private void Start()
    {
        _host = new OperatorHost(_parts, _term, _state, _exit, _options, _process.Clock, NullLogger<OperatorHost>.Instance);
        var start = _process.Start(() => _host.StartAsync(default));
        _loop.Run(() => start.IsCompleted);
        start.GetAwaiter().GetResult();
    }

    private void Stop()
    {
        var stop = _process.Start(() => _host!.StopAsync(default));
        _loop.Run(() => stop.IsCompleted);
        stop.GetAwaiter().GetResult();
    }

    private void Add(
        string name, OperatorStage stage, TimeSpan work = default, Action? onDrain = null, bool deaf = false, bool failStart = false,
        bool failStop = false) => _parts.Add(new Part(this, name, stage, work, onDrain, deaf, failStart, failStop));

    private sealed class Part(
        OperatorHostTests test, string name, OperatorStage stage, TimeSpan work, Action? onDrain, bool deaf, bool failStart, bool failStop)
        : IOperatorLifecycle
    {
        public OperatorStage Stage => stage;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (failStart) throw new InvalidOperationException("cannot start");
            test._story.Add("start " + name);
            return Task.CompletedTask;
        }

        public void StopTakingWork()
        {
            test._story.Add("no new work " + name);
            onDrain?.Invoke();
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            if (failStop) throw new InvalidOperationException("cannot stop");
            try
            {
                if (work > TimeSpan.Zero) await Task.Delay(work, test._process.Clock, deaf ? default : cancellationToken);
                test._story.Add(FormattableString.Invariant($"end {name} at {test.Now.TotalSeconds:0}"));
            }
            catch (OperationCanceledException)
            {
                test._story.Add(FormattableString.Invariant($"cancelled {name} at {test.Now.TotalSeconds:0}"));
                throw;
            }
        }
    }

    private sealed class RecordingTerm(List<string> story) : ILeadershipTerm
    {
        private readonly TaskCompletionSource<bool> _lost = new();

        public bool NeverLeads { get; set; }

        public void Lose() => _lost.SetResult(false);

        public void Break() => _lost.SetException(new InvalidOperationException("broken"));

        public async Task AcquireAsync(CancellationToken cancellationToken)
        {
            story.Add("acquire");
            if (NeverLeads) await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        public async Task<bool> HoldAsync(CancellationToken stop)
        {
            try
            {
                return await _lost.Task.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                story.Add("stop renewing");
                return true;
            }
        }

        public Task ReleaseAsync(CancellationToken cancellationToken)
        {
            story.Add("release");
            return Task.CompletedTask;
        }
    }

    private sealed class RecordingExit : IOperatorExit
    {
        public bool Failed { get; private set; }

        public void Fail() => Failed = true;
    }
}
