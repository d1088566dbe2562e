using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;
using Xunit.Sdk;

[assembly: AssemblyFixture(typeof(ConformanceRun))]

namespace Operator.Conformance.Verdicts;

/// <summary>
/// Holds the conversations of the run, each with its own cluster, and shows the table at its end. The table goes out as a
/// diagnostic message, because that is what the test runner lets through to the console at every verbosity.
/// </summary>
public sealed class ConformanceRun : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(Type Kind, ClusterTarget Target), Conversation> _conversations = [];

    /// <summary>
    /// The one conversation of this kind with this target. On a cluster that others use, conversations would meet in the same names,
    /// so the one before ends first.
    /// </summary>
    public async Task<T> ConversationAsync<T>(ClusterTarget target, Func<ClusterTarget, T> create)
        where T : Conversation
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(create);
        await _gate.WaitAsync();
        try
        {
            if (_conversations.TryGetValue((typeof(T), target), out var known)) return (T)known;
            if (!target.IsPrivate)
            {
                foreach (var other in _conversations.Keys.Where(k => k.Target == target).ToArray())
                {
                    await _conversations[other].DisposeAsync();
                    _conversations.Remove(other);
                }
            }
            var conversation = create(target);
            _conversations[(typeof(T), target)] = conversation;
            return conversation;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var conversation in _conversations.Values) await conversation.DisposeAsync();
        _gate.Dispose();
        var table = VerdictTable.Render();
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "conformance-table.txt"), table);
        TestContext.Current.SendDiagnosticMessage("{0}", table);
    }
}
