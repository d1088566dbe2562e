using System.Runtime.CompilerServices;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Semantics;

/// <summary>Rules that no record shows, stated here and checked on every target in the same way.</summary>
public abstract class SemanticsTests(ConformanceRun run)
{
    public static IEnumerable<TheoryDataRow<string>> Targets => ClusterTargets.Selected.Select(t => new TheoryDataRow<string>(t.Name));

    /// <summary>Runs one case in its own namespace and records how it ended.</summary>
    protected async Task RunAsync(string target, Func<ApiSession, Task> body, Func<ClusterTarget, string?>? notRun = null, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        var cluster = ConformanceCase.Target(target);
        var sentence = name.Replace('_', ' ');
        if ((cluster.UnavailableReason ?? notRun?.Invoke(cluster)) is { } reason)
        {
            VerdictTable.Record("semantics", sentence, cluster, Verdict.NotRun, reason);
            Assert.Skip(reason);
        }
        VerdictTable.Record("semantics", sentence, cluster, Verdict.Failed);
        await body(await (await ClusterAsync(cluster)).SessionAsync());
        VerdictTable.Record("semantics", sentence, cluster, Verdict.Passed);
    }

    protected Task<SemanticsCluster> ClusterAsync(ClusterTarget target) => run.ConversationAsync(target, t => new SemanticsCluster(t));
}
