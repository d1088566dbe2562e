using System.IO.Pipelines;
using System.Threading.Channels;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Watching;

/// <summary>
/// One open watch: writes go into its queue in the order of their revisions, and one loop sends them. Timers and faults put their
/// wishes into the same queue, so that nothing overtakes an event.
/// </summary>
internal sealed class WatchSession : IDisposable
{
    private const int QueueLength = 100_000;
    private static readonly TimeSpan LastBookmarkLead = TimeSpan.FromSeconds(2);
    private readonly Channel<WatchItem> _queue = Channel.CreateBounded<WatchItem>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ApiServices _services;
    private readonly ClusterRequest _request;
    private readonly WatchFilter _filter;
    private readonly IWatchEncoder _encoder;
    private readonly ListOptions _options;
    private readonly IDisposable _subscription;
    private readonly List<ITimer> _timers = [];
    private StoreSnapshot? _initial;
    private long _sent;
    private long _lines;
    private volatile bool _waiting;
    private readonly TaskCompletionSource<WatchEnding> _abrupt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens a watch: from here on no event is lost.</summary>
    /// <param name="services">Store, clock and faults.</param>
    /// <param name="resource">What is watched.</param>
    /// <param name="ns">The namespace; empty for all.</param>
    /// <param name="options">Version, selectors, bookmarks, timeout.</param>
    /// <param name="encoder">Writes the events.</param>
    /// <param name="request">The request, for faults.</param>
    /// <exception cref="RevisionExpiredException">The start lies before the history.</exception>
    public WatchSession(
        ApiServices services, ResourceDefinition resource, string ns, ListOptions options, IWatchEncoder encoder, ClusterRequest request)
    {
        _services = services;
        _request = request;
        _options = options;
        _encoder = encoder;
        _filter = new WatchFilter(ns, options);
        var version = options.Version() ?? 0;
        var fromPresent = version == 0 || options.SendInitialEvents == true;
        _sent = version;
        _subscription = services.Store.Subscribe(resource.StorageKey, fromPresent ? null : version, Start, Receive);
    }

    /// <summary>How many lines the client was sent; null while some are still to be sent.</summary>
    public long? Delivered => _waiting && _queue.Reader.Count == 0 ? Volatile.Read(ref _lines) : null;

    /// <summary>Asks the watch to end. Freezing and breaking do not wait for what is queued.</summary>
    public void End(WatchEnding ending)
    {
        if (ending is WatchEnding.Abort or WatchEnding.Freeze) _abrupt.TrySetResult(ending);
        Enqueue(new(null, Ending: ending));
    }

    /// <summary>Sends events until the watch ends.</summary>
    /// <exception cref="ConnectionLostException">The connection is to be broken.</exception>
    public async Task RunAsync(PipeWriter writer, TimeSpan bookmarkInterval, CancellationToken cancellationToken)
    {
        StartTimers(bookmarkInterval);
        if (_initial is { } snapshot)
        {
            WriteInitial(writer, snapshot);
            _initial = null;
        }
        await writer.FlushAsync(cancellationToken);
        while (await WaitAsync(cancellationToken))
        {
            while (_queue.Reader.TryRead(out var item))
            {
                if (item.Ending is null && item.Event is { } stored) await SendAsync(writer, stored, cancellationToken);
                else if (item.Ending is null) SendBookmark(writer, item.Bookmark, initialEnd: false);
                if ((_abrupt.Task.IsCompleted ? _abrupt.Task.Result : item.Ending) is not { } ending) continue;
                await FinishAsync(writer, ending, cancellationToken);
                return;
            }
            await writer.FlushAsync(cancellationToken);
        }
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        _waiting = true;
        var more = await _queue.Reader.WaitToReadAsync(cancellationToken);
        _waiting = false;
        return more;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _subscription.Dispose();
        foreach (var timer in _timers) timer.Dispose();
        _queue.Writer.TryComplete();
    }

    private void Start(StoreSnapshot snapshot)
    {
        _sent = snapshot.Revision;
        if (_options.SendInitialEvents != false) _initial = snapshot;
    }

    private void Receive(StoreEvent stored) => Enqueue(new(stored));

    // A client that does not read for so long loses its watch and starts again, as with a real server.
    private void Enqueue(WatchItem item)
    {
        if (!_queue.Writer.TryWrite(item)) _queue.Writer.TryComplete();
    }

    private void StartTimers(TimeSpan bookmarkInterval)
    {
        var time = _services.Time;
        if (_options.AllowBookmarks)
            _timers.Add(time.CreateTimer(_ => Enqueue(new(null, _services.Store.Revision)), null, bookmarkInterval, bookmarkInterval));
        var timeout = _options.Timeout ?? TimeSpan.FromSeconds(1800 + Random.Shared.Next(1800));
        // The last bookmark lets the client go on from there; a watch that is shorter than its lead gets none.
        if (_options.AllowBookmarks && timeout > LastBookmarkLead)
        {
            _timers.Add(time.CreateTimer(
                _ => Enqueue(new(null, _services.Store.Revision)), null, timeout - LastBookmarkLead, Timeout.InfiniteTimeSpan));
        }
        _timers.Add(time.CreateTimer(_ => Enqueue(new(null, Ending: WatchEnding.Close)), null, timeout, Timeout.InfiniteTimeSpan));
    }

    private void WriteInitial(PipeWriter writer, StoreSnapshot snapshot)
    {
        foreach (var stored in snapshot.Objects)
        {
            if (!_filter.Matches(stored)) continue;
            _encoder.Event(writer, "ADDED", stored);
            _lines++;
        }
        if (_options.SendInitialEvents == true && _options.AllowBookmarks) SendBookmark(writer, snapshot.Revision, initialEnd: true);
    }

    private async ValueTask SendAsync(PipeWriter writer, StoreEvent stored, CancellationToken cancellationToken)
    {
        // A watch of a version in the future waits for it.
        if (stored.Revision <= _sent) return;
        if (_filter.Classify(stored) is not { } type) return;
        await WaitForFaultsAsync(writer, cancellationToken);
        if (_abrupt.Task.IsCompleted) return;
        _encoder.Event(writer, type.Name, type.Object);
        _lines++;
        _sent = stored.Revision;
    }

    private async ValueTask WaitForFaultsAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        if (_services.Faults.Find(FaultAction.DelayEvents, _request) is { } delay)
        {
            await writer.FlushAsync(cancellationToken);
            await Task.WhenAny(Task.Delay(delay.Wait, _services.Time, cancellationToken), _abrupt.Task);
        }
        while (!_abrupt.Task.IsCompleted && _services.Faults.Find(FaultAction.HoldEvents, _request) is { } hold)
        {
            await writer.FlushAsync(cancellationToken);
            await Task.WhenAny(hold.Released, _abrupt.Task).WaitAsync(cancellationToken);
        }
    }

    private void SendBookmark(PipeWriter writer, long revision, bool initialEnd)
    {
        if (revision < _sent) return;
        _encoder.Bookmark(writer, revision, initialEnd);
        _lines++;
        _sent = revision;
    }

    private async Task FinishAsync(PipeWriter writer, WatchEnding ending, CancellationToken cancellationToken)
    {
        switch (ending)
        {
            case WatchEnding.Abort:
                throw new ConnectionLostException();
            case WatchEnding.Freeze:
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                break;
            case WatchEnding.Expire:
                _encoder.Error(writer, ApiErrors.TooOld(_sent, _services.Store.Revision));
                break;
        }
        await writer.FlushAsync(cancellationToken);
    }
}
