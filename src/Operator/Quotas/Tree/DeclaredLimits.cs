using Operator.Api;

namespace Operator.Quotas;

/// <summary>
/// The limits of a spec by model group. Models of one group share one limit, so of several limits for a group the smallest holds; an
/// entry that names models of several groups holds for each group by itself.
/// </summary>
internal static class DeclaredLimits
{
    public static Dictionary<string, ResourceVector> Read(ClaudeQuotaSpec spec, GroupMap groups, List<QuotaFinding> findings)
    {
        var limits = new Dictionary<string, ResourceVector>(StringComparer.Ordinal);
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < (spec.Limits?.Count ?? 0); i++)
        {
            if (spec.Limits![i] is not { } entry) continue;
            var path = $"spec.limits[{i}]";
            var value = new ResourceVector(
                Math.Max(0, entry.RequestsPerMinute ?? double.PositiveInfinity),
                Math.Max(0, entry.InputTokensPerMinute ?? double.PositiveInfinity),
                Math.Max(0, entry.OutputTokensPerMinute ?? double.PositiveInfinity));
            var named = Groups(entry, path, groups, findings);
            if (named.Count > 1)
                Warn(findings, QuotaReasons.LimitSpansGroups, path + ".models", $"the models belong to the groups {string.Join(", ", named)}; each group gets these limits by itself");
            foreach (var group in named)
            {
                if (first.TryGetValue(group, out var other))
                    Warn(findings, QuotaReasons.DuplicateLimits, path, $"limits of the group {group} stand in spec.limits[{other}] too; the models share one limit, so the smaller holds");
                else first[group] = i;
                limits[group] = limits.TryGetValue(group, out var known) ? ResourceVector.Min(known, value) : value;
            }
        }
        return limits;
    }

    private static List<string> Groups(ModelLimits entry, string path, GroupMap groups, List<QuotaFinding> findings)
    {
        var named = new List<string>();
        for (var i = 0; i < (entry.Models?.Count ?? 0); i++)
        {
            if (groups.GroupOf(entry.Models![i] ?? "") is not { } group)
                Warn(findings, QuotaReasons.UnknownModel, $"{path}.models[{i}]", $"'{entry.Models[i]}' is not in the model catalogue; these limits do not hold for it");
            else if (!named.Contains(group)) named.Add(group);
        }
        return named;
    }

    private static void Warn(List<QuotaFinding> findings, string reason, string path, string message) =>
        findings.Add(new QuotaFinding(reason, path, message, IsError: false));
}
