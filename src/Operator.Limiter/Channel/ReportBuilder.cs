using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Channel;

/// <summary>Puts together what the limiter tells.</summary>
internal sealed class ReportBuilder(LimiterState state)
{
    private readonly string _instance = Guid.NewGuid().ToString("n");
    private long _sequence;

    /// <summary>The next report.</summary>
    /// <param name="signals">What the API said of its limits and no answered report has told yet.</param>
    /// <param name="ends">Whether the limiter admits nothing any more.</param>
    public Report Next(IReadOnlyList<UpstreamSignal> signals, bool ends) => new()
    {
        Instance = _instance,
        Namespace = state.Options.PodNamespace ?? "",
        Pod = state.Options.PodName ?? "",
        Sequence = ++_sequence,
        Applied = Applied(state.Configuration.Current),
        Demand = [.. state.Groups.Select(g => g.Demand()).OrderBy(d => d.Quota, StringComparer.Ordinal).ThenBy(d => d.Group, StringComparer.Ordinal)],
        Leases = state.Leases.Report(),
        Measurements = state.Meters.Read(),
        Spend = state.Ledger.Unacknowledged(),
        Signals = signals,
        Ends = ends,
    };

    /// <summary>The next report, with nothing but what is applied.</summary>
    public Report Brief() => new()
    {
        Instance = _instance,
        Namespace = state.Options.PodNamespace ?? "",
        Pod = state.Options.PodName ?? "",
        Sequence = ++_sequence,
        Applied = Applied(state.Configuration.Current),
        Brief = true,
    };

    /// <summary>What is in force, and which newer generation was refused. A deployment that was never served has generation 0.</summary>
    internal static IReadOnlyList<AppliedConfiguration> Applied(LimiterSnapshot snapshot)
    {
        var applied = new List<AppliedConfiguration>();
        foreach (var deployment in snapshot.Deployments)
        {
            var configuration = deployment.Configuration;
            var refused = snapshot.Refused.Where(r => r.Deployment == deployment.Key && r.Generation > configuration.Generation).MaxBy(r => r.Generation);
            applied.Add(new AppliedConfiguration
            {
                Deployment = deployment.Key,
                Generation = configuration.Generation,
                CanaryWeight = configuration.CanaryWeight,
                RefusedGeneration = refused?.Generation,
                RefusedBecause = Reason(refused),
            });
        }
        foreach (var refused in snapshot.Refused)
        {
            if (refused is not { Deployment: { } key, Generation: { } generation } || applied.Exists(a => a.Deployment == key)) continue;
            applied.Add(new AppliedConfiguration
            {
                Deployment = key, Generation = 0, CanaryWeight = 0, RefusedGeneration = generation, RefusedBecause = Reason(refused),
            });
        }
        return applied;
    }

    private static string? Reason(RefusedConfiguration? refused) =>
        refused?.Because is { Length: > AppliedConfiguration.LongestReason } because ? because[..AppliedConfiguration.LongestReason] : refused?.Because;
}
