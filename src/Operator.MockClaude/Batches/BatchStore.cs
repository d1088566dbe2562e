using Operator.MockClaude.Http;
using Operator.MockClaude.Limits;

namespace Operator.MockClaude.Batches;

/// <summary>
/// The batches of all workspaces. Nothing runs in the background: whoever looks first after a batch is due finds it processed as of
/// then.
/// </summary>
internal sealed class BatchStore(MockState state)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(29);
    private readonly Lock _gate = new();
    private readonly List<MessageBatch> _batches = [];
    private readonly BatchProcessor _processor = new(state);

    /// <summary>Adds a batch, unless the queue is full.</summary>
    public ApiError? Create(Exchange exchange, List<BatchItem> items, out MessageBatch? batch)
    {
        batch = null;
        var organization = exchange.Caller.Organization;
        var now = exchange.Entry.At;
        if (state.Spend.Check(organization, exchange.Workspace, now) is { } spent) return spent;
        lock (_gate)
        {
            Advance(now);
            var queue = EndpointLimits.BatchQueue(organization.Tier);
            var waiting = _batches.Where(b => b.Ended is null && b.Caller.Organization.Id == organization.Id).Sum(b => b.Items.Count);
            if (state.Options.EnforceLimits && waiting + items.Count > queue)
                return ApiError.RateLimited($"Your organization may have {queue} requests in the batch processing queue, and {waiting} are waiting.", 60);
            batch = new MessageBatch
            {
                Id = state.Ids.Next("msgbatch_01"),
                Caller = exchange.Caller,
                Workspace = exchange.Workspace,
                Version = exchange.Version,
                Created = now,
                Due = Earlier(now + state.Options.BatchDuration, now.AddHours(24)),
                Items = items,
            };
            _batches.Insert(0, batch);
            return null;
        }
    }

    /// <summary>Does something with the batch of that id while nobody changes it; false when there is none in the workspace.</summary>
    public bool With(string id, string workspace, DateTimeOffset now, Action<MessageBatch> action)
    {
        lock (_gate)
        {
            Advance(now);
            var batch = _batches.Find(b => b.Id == id && b.Workspace == workspace);
            if (batch is null) return false;
            action(batch);
            return true;
        }
    }

    /// <summary>Does something with a workspace's batches, newest first.</summary>
    public void WithAll(string workspace, DateTimeOffset now, Action<List<MessageBatch>> action)
    {
        lock (_gate)
        {
            Advance(now);
            action([.. _batches.Where(b => b.Workspace == workspace)]);
        }
    }

    /// <summary>Begins to cancel; what waits is canceled half a second later.</summary>
    public static void Cancel(MessageBatch batch, DateTimeOffset now)
    {
        if (batch.CancelInitiated is not null || batch.Ended is not null) return;
        batch.CancelInitiated = now;
        batch.Due = now.AddMilliseconds(500);
    }

    /// <summary>Forgets a batch that ended.</summary>
    public void Delete(MessageBatch batch) => _batches.Remove(batch);

    private void Advance(DateTimeOffset now)
    {
        for (var i = _batches.Count - 1; i >= 0; i--)
        {
            var batch = _batches[i];
            if (batch.Ended is null && batch.Due <= now) _processor.Finish(batch, now);
            if (batch.Archived is null && batch.Created + Kept <= now)
            {
                batch.Archived = batch.Created + Kept;
                foreach (var item in batch.Items) item.Result = default;
            }
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
