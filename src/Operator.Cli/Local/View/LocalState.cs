using System.Globalization;
using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.MockClaude.Ledger;

namespace Operator.Cli.Local.View;

/// <summary>One deployment, as a row.</summary>
internal sealed record DeploymentRow(string Name, string Phase, string Stable, string Canary, string Weight, string Gates, string Limiters, string Message);

/// <summary>One quota, as a row.</summary>
internal sealed record QuotaRow(string Name, string Throttle, string Used, string Spend);

/// <summary>What a view shows at one moment.</summary>
internal sealed record LocalState(IReadOnlyList<DeploymentRow> Deployments, IReadOnlyList<QuotaRow> Quotas, string Traffic)
{
    /// <summary>From what is in the cluster and what users and the mock counted.</summary>
    public static LocalState Of(IReadOnlyList<ClaudeDeployment> deployments, IReadOnlyList<ClaudeQuota> quotas, LocalPlatform platform) => new(
        [.. deployments.OrderBy(d => d.Metadata.NamespaceProperty, StringComparer.Ordinal).ThenBy(d => d.Metadata.Name, StringComparer.Ordinal).Select(Row)],
        [.. quotas.OrderBy(q => q.Status?.Path?.Count ?? 99).ThenBy(q => q.Metadata.Name, StringComparer.Ordinal).Select(Row)],
        Counts(platform));

    private static DeploymentRow Row(ClaudeDeployment d)
    {
        var status = d.Status ?? new ClaudeDeploymentStatus();
        var weight = status.Weight;
        return new DeploymentRow(
            $"{d.Metadata.NamespaceProperty}/{d.Metadata.Name}", status.Phase?.ToString() ?? "-", status.Stable?.PromptVersion ?? "-", status.Canary?.PromptVersion ?? "-",
            weight?.Desired is { } desired ? $"{desired} ({weight.Observed?.ToString() ?? "-"} seen)" : "-", status.GateSummary ?? "-",
            status.Limiters is { } l ? $"{l.Current}/{l.Total}" : "-", status.Message ?? "");
    }

    private static QuotaRow Row(ClaudeQuota q)
    {
        var tightest = q.Status?.Usage?.Where(u => u.Requests?.Capacity is > 0).MaxBy(u => (double)(u.Requests!.Used ?? 0) / u.Requests.Capacity!.Value);
        var used = tightest?.Requests is { } r ? string.Create(CultureInfo.InvariantCulture, $"{r.Used ?? 0}/{r.Capacity} requests/min of {tightest.Group}") : "-";
        return new QuotaRow(
            $"{q.Metadata.NamespaceProperty}/{q.Metadata.Name}", q.Status?.Throttle?.State.ToString() ?? "-", used, q.Status?.Spend?.Today is { } today ? $"${today} today" : "-");
    }

    private static string Counts(LocalPlatform platform)
    {
        var users = platform.Users;
        var text = $"users: {users.Count(UserOutcome.Answered)} answered, {users.Count(UserOutcome.Refused)} refused for a limit, {users.Count(UserOutcome.Failed)} failed";
        if (platform.Claude is not { } claude) return text;
        var refused = claude.Ledger.Totals(k => k.Outcome == RequestOutcome.RateLimited).Requests;
        return string.Create(CultureInfo.InvariantCulture, $"{text}; Claude API (mock): {claude.Ledger.Totals().Requests} requests, {refused} refused, ${claude.Ledger.Totals().Cost:0.00}");
    }
}
