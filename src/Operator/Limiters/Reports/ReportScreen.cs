using Operator.Contract;
using Operator.Limiters.Authentication;
using Operator.Limiters.Configurations;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Reports;

/// <summary>
/// What of a report counts: a limiter speaks for itself, its pod's deployments and the quotas that those draw on, and for nobody else.
/// </summary>
internal static class ReportScreen
{
    private const int MostEntries = 4_096;

    /// <summary>Whether a report has the form of one.</summary>
    public static string? Refuse(Report report)
    {
        if (report.Instance is not { Length: 32 } instance || !instance.All(char.IsAsciiHexDigitLower)) return "instance must be 32 hexadecimal digits";
        if (report.Sequence < 1) return "sequence must be 1 or more";
        if (report.Applied is null || report.Demand is null || report.Leases is null || report.Measurements is null || report.Spend is null || report.Signals is null)
            return "a list is null";
        if (report.Applied.Count > MostEntries || report.Demand.Count > MostEntries || report.Leases.Count > MostEntries
            || report.Measurements.Count > MostEntries || report.Spend.Count > MostEntries || report.Signals.Count > MostEntries)
            return $"a list has more than {MostEntries} entries";
        if (report.Applied.Contains(null!) || report.Demand.Contains(null!) || report.Leases.Contains(null!)
            || report.Measurements.Contains(null!) || report.Spend.Contains(null!) || report.Signals.Contains(null!))
            return "an entry is null";
        if (report.Brief && (report.Ends || report.Demand.Count + report.Leases.Count + report.Measurements.Count + report.Spend.Count + report.Signals.Count > 0))
            return "a brief one holds what is applied and nothing else";
        return null;
    }

    /// <summary>The report without what is not the limiter's to tell.</summary>
    public static Report Keep(Report report, LimiterIdentity limiter, IReadOnlyList<ObjectKey> deployments, LimiterConfigurations configurations)
    {
        var quotas = deployments.Select(configurations.Of).OfType<DeploymentConfiguration>().Select(d => new ObjectKey(d.Quota.Namespace, d.Quota.Name)).ToList();
        return report with
        {
            Namespace = limiter.Namespace,
            Pod = limiter.Pod,
            Applied = Short(Of(report.Applied, a => a.Deployment, deployments)),
            Measurements = Of(report.Measurements, m => m.Deployment, deployments),
            Demand = Of(report.Demand, d => d.Quota, quotas),
            Leases = Of(report.Leases, l => l.Quota, quotas),
            Signals = Of(report.Signals, s => s.Quota, quotas),
        };
    }

    /// <summary>The entries with reasons of the length that is shown; the list itself when all are.</summary>
    private static IReadOnlyList<AppliedConfiguration> Short(IReadOnlyList<AppliedConfiguration> applied)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].RefusedBecause is { Length: > AppliedConfiguration.LongestReason })
                return [.. applied.Select(a => a with { RefusedBecause = a.RefusedBecause?[..Math.Min(a.RefusedBecause.Length, AppliedConfiguration.LongestReason)] })];
        }
        return applied;
    }

    /// <summary>The entries of some objects; the list itself when all are, as they are of every honest limiter.</summary>
    private static IReadOnlyList<T> Of<T>(IReadOnlyList<T> entries, Func<T, string?> named, IReadOnlyList<ObjectKey> keys)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (!IsAny(named(entries[i]), keys)) return [.. entries.Where(e => IsAny(named(e), keys))];
        }
        return entries;
    }

    private static bool IsAny(string? text, IReadOnlyList<ObjectKey> keys)
    {
        foreach (var key in keys)
        {
            if (text is not null && key.Namespace is { } space && text.Length == space.Length + 1 + key.Name.Length && text[space.Length] == '/'
                && text.StartsWith(space, StringComparison.Ordinal) && text.EndsWith(key.Name, StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
