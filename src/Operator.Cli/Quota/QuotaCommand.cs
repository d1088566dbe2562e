using System.CommandLine;
using System.Globalization;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes;

namespace Operator.Cli.Quota;

/// <summary>Shows budgets as the tree that they are.</summary>
internal static class QuotaCommand
{
    public static Command Create()
    {
        var command = new Command("quota", "Shows the tree of ClaudeQuotas: who may use how much, who does, and what it costs.").WithCluster(all: true);
        command.Run(async (_, session, cancellation) =>
        {
            var quotas = (await session.Client.ListAsync<ClaudeQuota>(new ListOptions { Namespace = session.Scope }, cancellation)).Items;
            if (quotas.Count == 0)
            {
                await session.Error.WriteLineAsync(session.Scope is { } space ? $"No ClaudeQuotas in namespace {space}; see all with -A." : "No ClaudeQuotas.");
                return ExitCode.Done;
            }
            TextTable.Write(session.Output, ["QUOTA", "STATE", "GUARANTEE", "TIGHTEST", "USED", "LIMIT", "TODAY"], Rows([.. quotas]), TextTable.Width(session.Output));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The rows: each quota below its parent.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> Rows(IReadOnlyList<ClaudeQuota> quotas)
    {
        var byKey = quotas.ToDictionary(Key, StringComparer.Ordinal);
        var children = quotas.ToLookup(q => Parent(q) is { } parent && byKey.ContainsKey(parent) ? parent : "", StringComparer.Ordinal);
        var rows = new List<IReadOnlyList<string>>();
        Add("", 0, new HashSet<string>(StringComparer.Ordinal));
        // What is in a circle has no root; it is shown all the same.
        foreach (var lost in quotas.Where(q => rows.TrueForAll(r => r[0].TrimStart() != Key(q)))) rows.Add(Row(lost, 0));
        return rows;

        void Add(string parent, int depth, HashSet<string> seen)
        {
            foreach (var quota in children[parent].OrderBy(Key, StringComparer.Ordinal))
            {
                if (!seen.Add(Key(quota))) continue;
                rows.Add(Row(quota, depth));
                Add(Key(quota), depth + 1, seen);
            }
        }
    }

    private static IReadOnlyList<string> Row(ClaudeQuota quota, int depth)
    {
        var tightest = (from usage in quota.Status?.Usage ?? []
                        from d in new[] { ("requests", usage.Requests), ("input tokens", usage.InputTokens), ("output tokens", usage.OutputTokens) }
                        where d.Item2?.Capacity is > 0
                        orderby (double)(d.Item2!.Used ?? 0) / d.Item2.Capacity!.Value descending
                        select (Name: $"{usage.Group} {d.Item1}", d.Item2)).FirstOrDefault();
        return
        [
            new string(' ', depth * 2) + Key(quota), quota.Status?.Throttle?.State.ToString() ?? "-", quota.Spec?.Share?.Guarantee?.ToString() ?? "-", tightest.Name ?? "-",
            Number(tightest.Item2?.Used), Number(tightest.Item2?.Capacity), quota.Status?.Spend?.Today is { } today ? $"${today}" : "-",
        ];
    }

    private static string Number(long? value) => value is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) + "/min" : "-";

    private static string Key(ClaudeQuota quota) => $"{quota.Metadata.NamespaceProperty}/{quota.Metadata.Name}";

    private static string? Parent(ClaudeQuota quota) => quota.Spec?.ParentRef is { Name.Length: > 0 } parent
        ? $"{(string.IsNullOrEmpty(parent.NamespaceProperty) ? quota.Metadata.NamespaceProperty : parent.NamespaceProperty)}/{parent.Name}"
        : null;
}
