using System.Globalization;
using Operator.Api;

namespace Operator.Cli.Quota;

/// <summary>The table of quotas: a row for each, or, wide, one for each of its limits. Pure.</summary>
internal static class QuotaRows
{
    private const string None = "-";

    /// <summary>The columns: <c>LIMIT</c> is the one that is used most, unless all are listed.</summary>
    public static IReadOnlyList<string> Headers { get; } = ["QUOTA", "STATE", "GUARANTEE", "LIMIT", "USED", "OF", "BORROWED", "PRESSURE", "TODAY", "MONTH"];

    /// <summary>The rows: each quota below its parent.</summary>
    /// <param name="quotas">All quotas.</param>
    /// <param name="wide">Every limit in a row of its own, not the tightest alone.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IReadOnlyList<ClaudeQuota> quotas, bool wide)
    {
        var byKey = quotas.ToDictionary(Key, StringComparer.Ordinal);
        var children = quotas.ToLookup(q => Parent(q) is { } parent && byKey.ContainsKey(parent) ? parent : "", StringComparer.Ordinal);
        var rows = new List<IReadOnlyList<string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Add("", 0);
        // What is in a circle has no root; it is shown all the same.
        foreach (var lost in quotas.Where(q => !seen.Contains(Key(q)))) rows.AddRange(Rows(lost, 0, wide));
        return rows;

        void Add(string parent, int depth)
        {
            foreach (var quota in children[parent].OrderBy(Key, StringComparer.Ordinal))
            {
                if (!seen.Add(Key(quota))) continue;
                rows.AddRange(Rows(quota, depth, wide));
                Add(Key(quota), depth + 1);
            }
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(ClaudeQuota quota, int depth, bool wide)
    {
        List<(string Name, DimensionUsage Usage)> limits =
        [
            .. from usage in quota.Status?.Usage ?? []
               from dimension in new[] { (Name: "requests", Of: usage.Requests), (Name: "input", Of: usage.InputTokens), (Name: "output", Of: usage.OutputTokens) }
               where dimension.Of?.Capacity is > 0
               select ($"{usage.Group} {dimension.Name}", dimension.Of!),
        ];
        if (!wide && limits.Count > 1) limits = [limits.MaxBy(l => (double)(l.Usage.Used ?? 0) / l.Usage.Capacity!.Value)];
        if (limits.Count == 0) limits = [(None, new DimensionUsage())];
        var spend = quota.Status?.Spend;
        for (var i = 0; i < limits.Count; i++)
        {
            var (name, usage) = limits[i];
            string[] of = i == 0
                ? [new string(' ', depth * 2) + Key(quota), quota.Status?.Throttle?.State.ToString() ?? None, quota.Spec?.Share?.Guarantee?.ToString() ?? None]
                : ["", "", ""];
            string[] money = i == 0 ? [Spent(spend?.Today, quota.Spec?.Spend?.Daily), Spent(spend?.ThisMonth, quota.Spec?.Spend?.Monthly)] : ["", ""];
            var borrowed = usage.Borrowed is > 0 ? Number(usage.Borrowed) : None;
            yield return [.. of, name, Number(usage.Used), Number(usage.Capacity), borrowed, usage.Utilisation1m?.ToString() ?? None, .. money];
        }
    }

    /// <summary>A number with at most four digits, as it is said: 950, 4k, 1.25M.</summary>
    internal static string Number(long? value) => value switch
    {
        null => None,
        >= 1_000_000 and { } millions => (Math.Floor(millions / 10_000m) / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 10_000 and { } thousands => (Math.Floor(thousands / 100m) / 10m).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        { } small => small.ToString(CultureInfo.InvariantCulture),
    };

    private static string Spent(Money? spent, Money? limit) => (spent, limit) switch
    {
        (null, null) => None,
        ({ } some, null) => Amount(some),
        _ => $"{(spent is { } part ? Amount(part) : "0.00")}/{limit}",
    };

    private static string Amount(Money money) => money.TryGetAmount(out var amount) ? amount.ToString("0.00", CultureInfo.InvariantCulture) : money.ToString();

    private static string Key(ClaudeQuota quota) => $"{quota.Metadata.NamespaceProperty}/{quota.Metadata.Name}";

    private static string? Parent(ClaudeQuota quota) => quota.Spec?.ParentRef is { Name.Length: > 0 } parent
        ? $"{(string.IsNullOrEmpty(parent.NamespaceProperty) ? quota.Metadata.NamespaceProperty : parent.NamespaceProperty)}/{parent.Name}"
        : null;
}
