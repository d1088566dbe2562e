using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes;

namespace Operator.Cli.Eval;

/// <summary>Waits for the eval runs of the revision under way.</summary>
internal static class EvalWait
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>Waits until all have ended, and tells each change as progress.</summary>
    /// <returns>Whether one failed.</returns>
    /// <exception cref="TimeoutException">They did not end in time.</exception>
    public static async Task<bool> FailedAsync(ClusterSession session, string name, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            var deployment = await session.DeploymentAsync(name, cancellationToken);
            var revision = deployment.Status?.Canary?.Revision ?? deployment.Status?.Stable?.Revision;
            var runs = (await session.Client.ListAsync<ClaudeEvalRun>(new ListOptions { Namespace = session.Namespace }, cancellationToken)).Items
                .Where(r => r.Unreadable is null && r.Spec.DeploymentRef.Name == name && r.Spec.Revision == revision).ToList();
            foreach (var run in runs)
            {
                var line = $"{run.Spec.Gate}: {run.Status?.Phase?.ToString() ?? "Pending"}{(run.Status?.Verdict is { } verdict ? $", {verdict}" : "")}";
                if (told.GetValueOrDefault(run.Metadata.Name!) == line) continue;
                told[run.Metadata.Name!] = line;
                await session.Error.WriteLineAsync(line);
            }
            if (runs.Count > 0 && runs.TrueForAll(r => r.Status?.Phase is EvalPhase.Completed or EvalPhase.Cancelled))
                return runs.Exists(r => r.Status?.Verdict == Verdict.Fail);
            if (time.GetElapsedTime(started) >= timeout)
                throw new TimeoutException($"the evals of {name} have not ended after {GoDuration.From(timeout)}: {(runs.Count == 0 ? "there are none of the revision under way" : string.Join("; ", told.Values))}");
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
