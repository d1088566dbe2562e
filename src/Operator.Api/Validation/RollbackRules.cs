namespace Operator.Api.Validation;

/// <summary>Rollback and the progress deadline.</summary>
internal static class RollbackRules
{
    private static readonly TimeSpan DefaultHold = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromHours(2);

    public static void Check(FindingCollector found, ClaudeDeploymentSpec spec)
    {
        if (spec.Rollback is { } rollback) Rollback(found, "spec.rollback", rollback);
        const string path = "spec.progressDeadline";
        var deadline = ValueRules.Duration(found, path, spec.ProgressDeadline, TimeSpan.FromMinutes(1), Limits.Step);
        if (spec.ProgressDeadline is not null && deadline is null) return;
        if (LongestHold(spec.Canary) is { } hold && hold >= (deadline ?? DefaultDeadline))
        {
            found.Warn(path,
                $"{GoDuration.From(deadline ?? DefaultDeadline)} is not longer than the longest hold, {GoDuration.From(hold)}; gates that need a little more than the hold are rolled back: raise it");
        }
    }

    private static void Rollback(FindingCollector found, string path, RollbackSpec rollback)
    {
        found.Unknown(path, rollback);
        found.Defined(path + ".onFailure", rollback.OnFailure);
        if (rollback.Window is not { } window) return;
        found.Unknown(path + ".window", window);
        ValueRules.Count(found, path + ".window.revisions", window.Revisions, 0, Limits.WindowRevisions);
        ValueRules.Duration(found, path + ".window.maxAge", window.MaxAge, TimeSpan.Zero, Limits.WindowAge);
    }

    private static TimeSpan? LongestHold(CanarySpec? canary)
    {
        if (canary?.Steps is not { Count: > 0 } steps) return canary?.Percentage is null ? null : DefaultHold;
        TimeSpan? longest = null;
        foreach (var step in steps.Take(Limits.Steps))
        {
            if (step?.Weight is null) continue;
            var hold = step.Hold is { } text && text.TryGetTimeSpan(out var given) ? given : DefaultHold;
            if (longest is null || hold > longest) longest = hold;
        }
        return longest;
    }
}
