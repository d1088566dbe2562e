using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Properties;

/// <summary>
/// The controller under test: it copies <c>spec.value</c> to the status and counts its writes, fails now and then, and writes down what
/// it saw.
/// </summary>
internal sealed class RecordingController(
    IKubernetesClient client, TimeProvider time, Random random, string finalizer, List<string> violations) : IControllerInvoker<Widget>
{
    private readonly HashSet<ObjectKey> _running = [];

    // The last count that this process wrote, by UID: what it must never see less of.
    private readonly Dictionary<string, long> _written = [];

    /// <summary>Ends its failures: the end state is awaited.</summary>
    public bool Steady { get; set; }

    public Dictionary<ObjectKey, (string Uid, long Value)> Reconciled { get; } = [];

    /// <summary>The UIDs of which the controller was told that they are gone.</summary>
    public HashSet<string> Deleted { get; } = [];

    public async Task<ReconciliationResult<Widget>> ReconcileAsync(Widget entity, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(entity);
        if (!_running.Add(key)) violations.Add($"{key} was reconciled twice at the same time");
        try
        {
            var uid = entity.Metadata.Uid!;
            if (entity.Metadata.Finalizers?.Contains(finalizer) != true) violations.Add($"{key} was reconciled without its finalizer");
            if (entity.Metadata.DeletionTimestamp is not null) violations.Add($"{key} was reconciled while it was being deleted");
            var writes = entity.Status?.Writes ?? 0;
            if (writes < _written.GetValueOrDefault(uid)) violations.Add($"{key} was reconciled at a state older than its own last write");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(1, 3000) : 1), time, cancellationToken);
            if (!Steady && random.Next(12) == 0) throw new InvalidOperationException("the controller fails now and then");
            if (entity.Status?.ObservedValue != entity.Spec.Value)
            {
                var body = $$$"""{"metadata":{"uid":"{{{uid}}}"},"status":{"observedValue":{{{entity.Spec.Value}}},"writes":{{{writes + 1}}}}}""";
                await client.PatchAsync<Widget>(
                    key.Name, key.Namespace, new KubernetesPatch(PatchType.Merge, System.Text.Encoding.UTF8.GetBytes(body)),
                    new PatchOptions { Subresource = "status" }, cancellationToken);
                _written[uid] = writes + 1;
            }
            Reconciled[key] = (uid, entity.Spec.Value);
            return ReconciliationResult<Widget>.Success(entity);
        }
        finally
        {
            _running.Remove(key);
        }
    }

    public Task<ReconciliationResult<Widget>> DeletedAsync(Widget entity, CancellationToken cancellationToken)
    {
        if (!Steady && random.Next(12) == 0) return Task.FromResult(ReconciliationResult<Widget>.Failure(entity, "the controller fails now and then"));
        Deleted.Add(entity.Metadata.Uid!);
        return Task.FromResult(ReconciliationResult<Widget>.Success(entity));
    }
}

/// <summary>Checks that an informer never goes back in time, and that its events fit each other.</summary>
internal sealed class EventRecord(string name, List<string> violations) : IInformerHandler<Widget>
{
    private readonly Dictionary<ObjectKey, (string Uid, long Version)> _known = [];

    public void OnAdded(Widget entity, bool isInInitialList)
    {
        if (_known.ContainsKey(ObjectKey.Of(entity))) violations.Add($"{name}: {ObjectKey.Of(entity)} was added twice");
        Note(entity);
    }

    public void OnUpdated(Widget previous, Widget current)
    {
        var key = ObjectKey.Of(current);
        if (!_known.TryGetValue(key, out var known)) violations.Add($"{name}: {key} was updated before it was added");
        else if (known.Uid != current.Metadata.Uid) violations.Add($"{name}: {key} changed its UID without a deletion");
        else if (known.Version >= FakeHistory.Number(current.Metadata.ResourceVersion)) violations.Add($"{name}: {key} went back in time");
        Note(current);
    }

    public void OnDeleted(Widget entity, bool finalStateUnknown)
    {
        if (!_known.Remove(ObjectKey.Of(entity))) violations.Add($"{name}: {ObjectKey.Of(entity)} was deleted before it was added");
    }

    private void Note(Widget entity) =>
        _known[ObjectKey.Of(entity)] = (entity.Metadata.Uid!, FakeHistory.Number(entity.Metadata.ResourceVersion));
}
