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
        var own = deployments.Select(d => d.ToString()).ToHashSet(StringComparer.Ordinal);
        var quotas = deployments.Select(configurations.Of).OfType<DeploymentConfiguration>()
            .Select(d => $"{d.Quota.Namespace}/{d.Quota.Name}").ToHashSet(StringComparer.Ordinal);
        return report with
        {
            Namespace = limiter.Namespace,
            Pod = limiter.Pod,
            Applied = [.. report.Applied.Where(a => own.Contains(a.Deployment))],
            Measurements = [.. report.Measurements.Where(m => own.Contains(m.Deployment))],
            Demand = [.. report.Demand.Where(d => quotas.Contains(d.Quota))],
            Leases = [.. report.Leases.Where(l => quotas.Contains(l.Quota))],
            Signals = [.. report.Signals.Where(s => quotas.Contains(s.Quota))],
        };
    }
}
