using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Reconciling;

public sealed class ReconcileLoopTests : IDisposable
{
    private readonly Simulation _simulation = new();
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly RecordedMetrics _metrics = new();
    private readonly CancellationTokenSource _abort = new();

    public ReconcileLoopTests() => _queue = new WorkQueue<ObjectKey>(_simulation.Time);

    public void Dispose()
    {
        _queue.Dispose();
        _abort.Dispose();
    }

    [Fact]
    public void No_more_keys_are_worked_on_than_there_are_workers()
    {
        var (running, most) = (0, 0);
        Start(3, async (_, token) =>
        {
            most = Math.Max(most, ++running);
            await Task.Delay(TimeSpan.FromSeconds(1), _simulation.Time, token);
            running--;
            return ReconcileOutcome.Done.Instance;
        });
        for (var i = 0; i < 10; i++) _queue.Add(Key($"k{i}"));
        _simulation.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(3, most);
        Assert.Equal(10, _metrics.Results.Count);
    }

    [Fact]
    public void A_key_that_throws_is_tried_again_for_ever_and_holds_up_no_other()
    {
        var tries = new List<DateTimeOffset>();
        var others = 0;
        Start(1, (key, _) =>
        {
            if (key.Name == "other")
            {
                others++;
                return Task.FromResult<ReconcileOutcome>(ReconcileOutcome.Done.Instance);
            }
            tries.Add(_simulation.Time.GetUtcNow());
            throw new InvalidOperationException("broken");
        });
        _queue.Add(Key("bad"));
        _queue.Add(Key("other"));
        _simulation.Advance(TimeSpan.FromHours(3), TimeSpan.FromSeconds(1));
        Assert.Equal(1, others);
        Assert.InRange(tries.Count, 25, 32);
        Assert.InRange((tries[^1] - tries[^2]).TotalSeconds, 999, 1002);
        Assert.Equal(tries.Count, _metrics.Results.Count(r => r == "error"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, """{"reason":"NotFound","details":{"name":"shop","kind":"namespaces"}}""", true)]
    [InlineData(HttpStatusCode.Forbidden, """{"reason":"Forbidden","details":{"name":"a","kind":"configmaps","causes":[{"reason":"NamespaceTerminating"}]}}""", true)]
    [InlineData(HttpStatusCode.NotFound, """{"reason":"NotFound","details":{"name":"a","kind":"configmaps"}}""", false)]
    [InlineData(HttpStatusCode.Forbidden, """{"reason":"Forbidden","details":{"name":"a","kind":"configmaps"}}""", false)]
    public void A_namespace_that_ends_is_nothing_to_try_again(HttpStatusCode code, string status, bool isEnd)
    {
        var answer = JsonSerializer.Deserialize<V1Status>(status, JsonSerializerOptions.Web)!;
        var (calls, anywhere) = (0, 0);
        Start(1, (key, _) =>
        {
            if (key.Namespace is null) anywhere++;
            else calls++;
            throw new KubernetesException(code, answer);
        });
        _queue.Add(new ObjectKey("shop", "a"));
        _queue.Add(new ObjectKey(null, "everywhere"));
        _simulation.Advance(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1));
        Assert.Equal(isEnd, calls == 1);
        // What belongs to no namespace may have work elsewhere.
        Assert.True(anywhere > 10, $"{anywhere} tries");
    }

    [Fact]
    public void A_success_ends_the_backoff()
    {
        var calls = 0;
        Start(1, (_, _) => ++calls is 1 or 2 or 4 ? throw new InvalidOperationException("broken") : Task.FromResult<ReconcileOutcome>(ReconcileOutcome.Done.Instance));
        _queue.Add(Key("a"));
        _simulation.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, calls);
        Assert.Equal(0, _queue.Failures(Key("a")));
        _queue.Add(Key("a"));
        _simulation.Settle();
        Assert.Equal(1, _queue.Failures(Key("a")));
    }

    [Fact]
    public void Requeue_after_brings_the_key_back_at_its_time()
    {
        var calls = 0;
        Start(1, (_, _) =>
        {
            calls++;
            return Task.FromResult<ReconcileOutcome>(new ReconcileOutcome.Again(TimeSpan.FromMinutes(1)));
        });
        _queue.Add(Key("a"));
        _simulation.Advance(TimeSpan.FromSeconds(181));
        Assert.Equal(4, calls);
        Assert.All(_metrics.Results, r => Assert.Equal("requeue_after", r));
    }

    [Fact]
    public void A_reconcile_that_takes_too_long_is_cancelled_and_fails()
    {
        Start(1, async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Time, token);
            return ReconcileOutcome.Done.Instance;
        }, timeout: TimeSpan.FromSeconds(5));
        _queue.Add(Key("a"));
        _simulation.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(_metrics.Results);
        _simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["error"], _metrics.Results);
        Assert.Equal(1, _queue.Failures(Key("a")));
    }

    [Fact]
    public void A_shutdown_lets_running_reconciles_end()
    {
        var ended = false;
        var run = Start(2, async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _simulation.Time, token);
            ended = true;
            return ReconcileOutcome.Done.Instance;
        });
        _queue.Add(Key("a"));
        _simulation.Settle();
        _ = _queue.ShutDownAsync();
        _simulation.Advance(TimeSpan.FromSeconds(4));
        Assert.False(run.IsCompleted);
        _simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.True(ended);
        Assert.True(run.IsCompletedSuccessfully);
    }

    private Task Start(int workers, Func<ObjectKey, CancellationToken, Task<ReconcileOutcome>> reconcile, TimeSpan? timeout = null)
    {
        var loop = new ReconcileLoop("test", _queue, reconcile, timeout, _simulation.Time, _metrics, NullLogger.Instance);
        return _simulation.Start(() => loop.RunAsync(workers, _abort.Token));
    }

    private static ObjectKey Key(string name) => new("default", name);

    private sealed class RecordedMetrics : IControllerMetrics
    {
        public List<string?> Results { get; } = [];

        public void Started()
        {
        }

        public void Ended(string? result, TimeSpan took) => Results.Add(result);
    }
}
