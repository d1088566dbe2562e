using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<(Type, string), Lazy<Conversation>> _conversations = new();

    /// <summary>The one conversation of this kind with this target; it is started by whoever first needs it.</summary>
    public T Conversation<T>(ClusterTarget target, Func<ClusterTarget, T> create)
        where T : Conversation
    {
        ArgumentNullException.ThrowIfNull(target);
        return (T)_conversations.GetOrAdd((typeof(T), target.Name), _ => new Lazy<Conversation>(() => create(target))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var conversation in _conversations.Values.Where(c => c.IsValueCreated)) await conversation.Value.DisposeAsync();
        var table = VerdictTable.Render();
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "conformance-table.txt"), table);
        TestContext.Current.SendDiagnosticMessage("{0}", table);
    }
}
