using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Watching;

/// <summary>
/// Keeps a sink equal to the server: lists once, then follows a watch, and resumes or starts over as <see cref="ReflectorTransitions"/>
/// decides. Lists are asked for at the most recent version, so that a restart never goes back in time.
/// </summary>
/// <remarks>
/// <code>
///  Empty ──first page──▶ Paging ──last page──▶ Synced(version) ──watch──▶ Synced(last version seen)
///    ▲  ▲                  │ token expired          │ 410, unreadable
///    │  └──────────────────┘                        │
///    └──────────────────────────────────────────────┘
/// </code>
/// </remarks>
internal class Reflector<T>(
    IKubernetesClient client, InformerScope scope, IReflectorSink<T> sink, ReflectorOptions options, TimeProvider time, Random random)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Backoff _backoff = new(options.FirstBackoff, options.LongestBackoff, options.BackoffReset, time, random);

    /// <summary>Runs until cancelled; no failure of the server ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ReflectorState<T> state = new ReflectorState<T>.Empty();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = state is ReflectorState<T>.Synced synced
                ? await WatchAsync(synced, cancellationToken)
                : await ListAsync(state, cancellationToken);
            state = step.Next;
            var pause = step.Pause.BackOff ? _backoff.Next() : TimeSpan.Zero;
            if (step.Pause.AtLeast > pause) pause = step.Pause.AtLeast.Value;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>The version to resume from after an event; a seam for tests that break it.</summary>
    private protected virtual string Advance(string current, string seen) => seen;

    private async Task<ReflectorStep<T>> ListAsync(ReflectorState<T> state, CancellationToken cancellationToken)
    {
        var paging = state as ReflectorState<T>.Paging;
        var whole = state is ReflectorState<T>.Empty { Whole: true };
        if (paging is null) sink.ListStarted();
        using var deadline = new CancellationTokenSource(options.ListTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var page = await client.ListAsync<T>(
                new ListOptions
                {
                    Namespace = scope.Namespace,
                    LabelSelector = scope.LabelSelector,
                    FieldSelector = scope.FieldSelector,
                    Limit = whole ? null : options.PageSize,
                    Continue = paging?.Continue,
                },
                linked.Token);
            var items = paging?.Items ?? new List<T>(page.Items.Count);
            foreach (var item in page.Items) items.Add(sink.Transform(item));
            if (!string.IsNullOrEmpty(page.Metadata.Continue))
                return new(new ReflectorState<T>.Paging(page.Metadata.Continue, items), Pause.None);
            var version = Version(page.Metadata.ResourceVersion, "list");
            sink.Replace(items);
            return new(new ReflectorState<T>.Synced(version), Pause.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            var failure = WatchFailure.Classify(e);
            sink.Failed("list", failure.Kind, e);
            return ReflectorTransitions.ListFailed(state, failure);
        }
    }

    private async Task<ReflectorStep<T>> WatchAsync(ReflectorState<T>.Synced state, CancellationToken cancellationToken)
    {
        // Spread over a range, so that the watches of a restarted server do not all end together for ever.
        var timeout = options.WatchTimeout * (1 + random.NextDouble());
        var version = state.Version;
        WatchFailure? failure = null;
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout + options.HalfOpenGrace, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var events = client.WatchAsync<T>(
                new WatchOptions
                {
                    Namespace = scope.Namespace,
                    LabelSelector = scope.LabelSelector,
                    FieldSelector = scope.FieldSelector,
                    ResourceVersion = version,
                    AllowBookmarks = true,
                    Timeout = timeout,
                },
                linked.Token);
            await foreach (var watchEvent in events.WithCancellation(linked.Token))
            {
                var seen = Version(watchEvent.Object.Metadata.ResourceVersion, "watch event");
                if (watchEvent.Type != WatchEventType.Bookmark) sink.Apply(watchEvent with { Object = sink.Transform(watchEvent.Object) });
                version = Advance(version, seen);
            }
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            failure = WatchFailure.Classify(e);
            sink.Failed("watch", failure.Value.Kind, e);
        }
        return ReflectorTransitions.WatchEnded<T>(version, time.GetElapsedTime(started), failure);
    }

    private static string Version(string? version, string of) =>
        string.IsNullOrEmpty(version)
            ? throw new InvalidDataException($"A {of} of {EntityMetadata.For<T>().PluralName} came without metadata.resourceVersion.")
            : version;
}
