using Operator.Conformance.Replay;
using Operator.Conformance.Rules;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Verdicts;

/// <summary>
/// Recorded cases that build on each other's state: they run in their order, each once, on one cluster that starts empty. A case
/// that is asked for alone runs the ones before it first.
/// </summary>
public abstract class Conversation(ClusterTarget target) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<IReadOnlyList<string>> _outcomes = [];
    private RunningCluster? _cluster;
    private Exception? _startFailure;
    private bool _begun;

    public ClusterTarget Target { get; } = target;

    /// <summary>Where what was recorded in "default" happens.</summary>
    protected RecordedNamespace Space { get; } = RecordedNamespace.For(target.IsPrivate);

    protected RunningCluster Cluster => _cluster ?? throw new InvalidOperationException("The conversation has not begun.");

    /// <summary>What differs in the case at this place; empty when the server answers as recorded.</summary>
    public async Task<IReadOnlyList<string>> OutcomeAsync(int index, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await BeginOnceAsync(cancellationToken);
            while (_outcomes.Count <= index) _outcomes.Add(await RunOnceAsync(_outcomes.Count, cancellationToken));
            return _outcomes[index];
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            if (_begun) await EndAsync();
            if (_begun && !Target.IsPrivate) await CleanSharedAsync();
            await _cluster.DisposeAsync();
        }
        _turn.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Brings the cluster into the state that the recording began with.</summary>
    protected abstract Task BeginAsync(CancellationToken cancellationToken);

    protected abstract Task<IReadOnlyList<string>> RunAsync(int index, CancellationToken cancellationToken);

    /// <summary>Lets go of what the conversation holds in this process.</summary>
    protected abstract ValueTask EndAsync();

    /// <summary>A case that throws has failed like one that differs: it is not tried again for the sake of those after it.</summary>
    private async Task<IReadOnlyList<string>> RunOnceAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(index, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return [$"did not run to its end: {e.GetType().Name}: {e.Message}"];
        }
    }

    private async Task PrepareSharedAsync(CancellationToken cancellationToken)
    {
        using var client = Cluster.CreateClient();
        await TestResources.ClaimAsync(client, Space.Live, cancellationToken);
    }

    private async Task CleanSharedAsync()
    {
        using var client = Cluster.CreateClient();
        await TestResources.RemoveAsync(client, Space.Live);
    }

    private async Task BeginOnceAsync(CancellationToken cancellationToken)
    {
        if (_startFailure is not null) throw new InvalidOperationException($"The target {Target} did not start.", _startFailure);
        if (_begun) return;
        try
        {
            _cluster = await Target.StartAsync(cancellationToken);
            if (!Target.IsPrivate) await PrepareSharedAsync(cancellationToken);
            _begun = true;
            await BeginAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _startFailure = e;
            throw;
        }
    }
}
