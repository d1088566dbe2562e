using Operator.Rollouts;
using Operator.Rollouts.Measurements;
using Operator.Runtime.Caching;
using Operator.Tests.Rollouts.Cluster;

namespace Operator.Tests.Rollouts.Measurements;

/// <summary>Counts of a window against the truth, while operators and limiters come and go at random.</summary>
public class GateWindowPropertyTests
{
    private const string Canary = "canary";
    private const string Stable = "stable";
    private const int Runs = 400;
    private static readonly ObjectKey Key = new("support", "triage");

    [Fact]
    public void A_restart_neither_forgets_nor_counts_twice()
    {
        var restarts = 0;
        for (var seed = 0; seed < Runs; seed++) restarts += new Run(seed, limitersDieUnseen: false).Play();
        Assert.True(restarts > Runs, "restarts must have happened for this to show anything");
    }

    [Fact]
    public void A_limiter_that_dies_while_no_operator_listens_costs_at_most_what_came_after_the_checkpoint()
    {
        var restarts = 0;
        for (var seed = 0; seed < Runs; seed++) restarts += new Run(seed, limitersDieUnseen: true).Play();
        Assert.True(restarts > Runs, "restarts must have happened for this to show anything");
    }

    private sealed class Run(int seed, bool limitersDieUnseen)
    {
        private readonly Random _random = new(seed);
        private readonly List<PlayedLimiter> _limiters = [];
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private MeasurementStore _store = new();
        private GateWindow? _window;
        private Dictionary<string, long>? _counts;
        private List<string> _counted = [];
        private long _truth;
        private long _atCheckpoint;
        private bool _lossAllowed;

        public int Play()
        {
            var restarts = 0;
            _store.Begin(_now);
            for (var i = 1 + _random.Next(3); i > 0; i--) Join();
            // Traffic before the window is no part of it.
            foreach (var limiter in _limiters) limiter.Serve(Canary, _random.Next(50));
            Report();
            _window = GateWindow.Open(GateMeasurement.Requests, Canary, Stable, Measured, _now);
            Checkpoint();
            for (var turn = 0; turn < 40; turn++)
            {
                switch (_random.Next(10))
                {
                    case 0 when _limiters.Count < 5:
                        Join();
                        break;
                    case 1 when _limiters.Count > 1:
                        // It reports a last time: what it did not report nobody can know.
                        Report();
                        _limiters.RemoveAt(_random.Next(_limiters.Count));
                        _now += IMeasurements.Silence;
                        Report();
                        Checkpoint();
                        break;
                    case 2:
                        Checkpoint();
                        break;
                    case 3:
                        Restart();
                        restarts++;
                        break;
                    default:
                        Serve();
                        Report();
                        break;
                }
                Verify();
            }
            return restarts;
        }

        private DeploymentMeasurements Measured => _store.Of(Key, _now);

        private long Counted => _window!.Read(Measured).Canary["requests"];

        private void Join()
        {
            var limiter = new PlayedLimiter();
            limiter.Apply(MeasurementStoreTests.Configuration(1));
            _limiters.Add(limiter);
            _store.Accept(limiter.Report(), _now);
            if (_window is not null) Checkpoint();
        }

        private void Serve()
        {
            foreach (var limiter in _limiters)
            {
                var requests = _random.Next(20);
                limiter.Serve(Canary, requests);
                limiter.Serve(Stable, _random.Next(20));
                _truth += requests;
            }
        }

        private void Report()
        {
            foreach (var limiter in _limiters)
            {
                var report = limiter.Report();
                if (_random.Next(5) == 0) continue;
                _store.Accept(report, _now);
                if (_random.Next(5) == 0) _store.Accept(report, _now);
            }
            foreach (var limiter in _limiters) _store.Accept(limiter.Report(), _now);
            _window = _window?.Settle(Measured, _now - _store.ListeningSince);
            _now += TimeSpan.FromSeconds(1);
        }

        private void Checkpoint()
        {
            var checkpoint = _window!.Checkpoint(Measured);
            _counts = checkpoint.Write(1000, 0);
            _counted = [.. checkpoint.Limiters];
            if (_window.Unsettled is null) _atCheckpoint = _truth;
        }

        private void Restart()
        {
            _store = new MeasurementStore();
            _store.Begin(_now);
            // Served while nobody listens.
            Serve();
            if (limitersDieUnseen && _limiters.Count > 1 && _random.Next(2) == 0)
            {
                _limiters.RemoveAt(_random.Next(_limiters.Count));
                _lossAllowed = true;
            }
            var checkpoint = WindowCheckpoint.Read(_counts, _counted, 1000, 0)!;
            _window = GateWindow.Resume(GateMeasurement.Requests, Canary, Stable, checkpoint);
            Report();
            if (_lossAllowed)
            {
                _now += IMeasurements.Silence;
                Report();
            }
        }

        private void Verify()
        {
            Assert.Null(_window!.Unsettled);
            if (!_lossAllowed)
            {
                Assert.Equal(_truth, Counted);
                return;
            }
            Assert.InRange(Counted, Math.Min(_atCheckpoint, _truth), _truth);
            // From here on the truth is what was counted: later losses are measured against it.
            _truth = Counted;
            _atCheckpoint = Math.Min(_atCheckpoint, _truth);
            _lossAllowed = false;
            Checkpoint();
        }
    }
}
