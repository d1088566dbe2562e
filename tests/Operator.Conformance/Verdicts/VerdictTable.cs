using System.Collections.Concurrent;
using System.Text;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Verdicts;

/// <summary>What every case said on every target of this run.</summary>
public static class VerdictTable
{
    /// <summary>How many cases of one reason are named one by one.</summary>
    private const int Named = 4;

    private static readonly ConcurrentDictionary<(string Suite, string Case, string Target), (Verdict Verdict, string? Reason)> Entries = new();

    public static void Record(string suite, string name, ClusterTarget target, Verdict verdict, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        Entries[(suite, name, target.Name)] = (verdict, reason);
    }

    /// <summary>The counts by suite and target, then every case that did not simply pass, then the targets that did not run.</summary>
    public static string Render()
    {
        var text = new StringBuilder("Conformance: cases by target\n");
        text.AppendLine("  suite        target       passed  failed  differs on purpose  not run");
        foreach (var group in Entries.GroupBy(e => (e.Key.Suite, e.Key.Target)).OrderBy(g => g.Key))
        {
            int Count(Verdict verdict) => group.Count(e => e.Value.Verdict == verdict);
            text.AppendLine(
                $"  {group.Key.Suite,-12} {group.Key.Target,-12} {Count(Verdict.Passed),6}  {Count(Verdict.Failed),6}"
                + $"  {Count(Verdict.Differs),18}  {Count(Verdict.NotRun),7}");
        }
        foreach (var verdict in new[] { Verdict.Failed, Verdict.Differs, Verdict.NotRun })
        {
            var groups = Entries.Where(e => e.Value.Verdict == verdict).GroupBy(e => (e.Key.Target, e.Key.Suite, e.Value.Reason));
            foreach (var group in groups.OrderBy(g => g.Key))
            {
                var cases = group.Select(e => e.Key.Case).Order(StringComparer.Ordinal).ToArray();
                var named = verdict == Verdict.NotRun && cases.Length > Named ? $"{cases.Length} {group.Key.Suite} cases" : string.Join("; ", cases);
                text.AppendLine($"  {Word(verdict)} on {group.Key.Target}: {named}{(group.Key.Reason is { } r ? $" ({r})" : "")}");
            }
        }
        foreach (var target in ClusterTargets.All)
            if (ClusterTargets.WhyNot(target) is { } reason) text.AppendLine($"  target {target.Name} did not run: {reason}");
        return text.ToString();
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Failed => "failed",
        Verdict.Differs => "differs on purpose",
        _ => "not run",
    };
}
