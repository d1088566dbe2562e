using Operator.Testing.Clusters;

namespace Operator.Conformance.Verdicts;

/// <summary>Turns what differs into the verdict of one case on one target.</summary>
public static class ConformanceCase
{
    /// <summary>One row for every target of this run and every case.</summary>
    public static IEnumerable<TheoryDataRow<string, int>> Rows<T>(IReadOnlyList<T> cases)
        where T : notnull =>
        ClusterTargets.Selected.SelectMany(target => cases.Select((item, index) =>
            new TheoryDataRow<string, int>(target.Name, index) { TestDisplayName = $"{target.Name} {item}" }));

    public static ClusterTarget Target(string name)
    {
        var target = ClusterTargets.Selected.Single(t => t.Name == name);
        return target;
    }

    /// <summary>Records the verdict; fails the test when something differs that should not, and skips it when it could not run.</summary>
    public static async Task JudgeAsync(
        string suite, string name, ClusterTarget target, string? notRun, KnownDifference? known, Func<Task<IReadOnlyList<string>>> outcome)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(outcome);
        if ((target.UnavailableReason ?? notRun ?? (known?.NotRun == true ? known.Reason : null)) is { } reason)
        {
            VerdictTable.Record(suite, name, target, known?.NotRun == true ? Verdict.Differs : Verdict.NotRun, reason);
            Assert.Skip(reason);
        }
        VerdictTable.Record(suite, name, target, Verdict.Failed);
        var differences = await outcome();
        if (differences.Count == 0)
        {
            VerdictTable.Record(suite, name, target, known is null ? Verdict.Passed : Verdict.Differs, known?.Reason);
            return;
        }
        Assert.Fail($"{name} on {target} differs from the recorded API server:\n" + string.Join('\n', differences.Select(d => $"  {d}")));
    }
}
