using System.Net;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>Follows the probes of a running container.</summary>
internal static class ContainerProbes
{
    /// <summary>Whether a container has a probe of a kind.</summary>
    public static bool Has(JsonObject container, string kind) => container.Child(kind) is not null;

    /// <summary>
    /// Asks until cancelled and tells the run what was found. Ends early, with the kind of the probe, when the startup or liveness probe
    /// has failed: then the container must be started again.
    /// </summary>
    public static async Task<string?> FollowAsync(ContainerRun run, IPAddress address, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Find(run.Spec, "startupProbe", address) is { } startup)
        {
            if (!await SettleAsync(startup, time, cancellationToken))
                return "startup";
        }
        run.Probed(started: true, ready: !Has(run.Spec, "readinessProbe"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readiness = Find(run.Spec, "readinessProbe", address) is { } ready ? WatchReadinessAsync(run, ready, time, stop.Token) : Task.CompletedTask;
        try
        {
            if (Find(run.Spec, "livenessProbe", address) is not { } liveness)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                return null;
            }
            await WatchLivenessAsync(liveness, time, cancellationToken);
            return "liveness";
        }
        finally
        {
            await stop.CancelAsync();
            await readiness.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static Probe? Find(JsonObject container, string kind, IPAddress address) =>
        container.Child(kind) is { } spec ? new Probe(spec, container, address) : null;

    private static async Task<bool> SettleAsync(Probe probe, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(probe.InitialDelay, time, cancellationToken);
        for (var failures = 0L; failures < probe.FailureThreshold; failures++)
        {
            if (await probe.AskAsync(cancellationToken))
                return true;
            await Task.Delay(probe.Period, time, cancellationToken);
        }
        return false;
    }

    private static async Task WatchReadinessAsync(ContainerRun run, Probe probe, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(probe.InitialDelay, time, cancellationToken);
        long good = 0, bad = 0;
        while (true)
        {
            (good, bad) = await probe.AskAsync(cancellationToken) ? (good + 1, 0L) : (0L, bad + 1);
            if (good >= probe.SuccessThreshold)
                run.Probed(started: true, ready: true);
            else if (bad >= probe.FailureThreshold)
                run.Probed(started: true, ready: false);
            // A container that comes up is asked more often, as kubelets do, so that it serves soon.
            await Task.Delay(run.IsReady || bad >= probe.FailureThreshold ? probe.Period : Quick(probe), time, cancellationToken);
        }
    }

    private static async Task WatchLivenessAsync(Probe probe, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(probe.InitialDelay, time, cancellationToken);
        for (var bad = 0L; bad < probe.FailureThreshold;)
        {
            bad = await probe.AskAsync(cancellationToken) ? 0 : bad + 1;
            if (bad < probe.FailureThreshold)
                await Task.Delay(probe.Period, time, cancellationToken);
        }
    }

    private static TimeSpan Quick(Probe probe) => probe.Period < TimeSpan.FromMilliseconds(250) ? probe.Period : TimeSpan.FromMilliseconds(250);
}
