using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Provider;
using Operator.Runtime.Hosting;

namespace Operator.Quotas.RateLimits;

/// <summary>Reads the limits of every organization that asks for it, at the start and then at an interval. What was read last stays.</summary>
internal sealed partial class RateLimitsPoll(QuotaTrees trees, RateLimitsOptions options, TimeProvider clock, ILogger<RateLimitsPoll> logger)
    : ProviderPoll(options.Interval, clock)
{
    public override OperatorStage Stage => OperatorStage.Controllers;

    /// <summary>Reads every organization once.</summary>
    internal async Task ReadAllAsync(RateLimitsApi api, CancellationToken cancellationToken)
    {
        foreach (var root in trees.Current.Roots.Where(r => r.Spec.Source == LimitSource.RateLimitsApi))
        {
            try
            {
                var own = Path.Combine(options.KeyFolder, $"{root.Key.Namespace}.{root.Key.Name}");
                var groups = await api.ReadAsync(File.Exists(own) ? own : Path.Combine(options.KeyFolder, "admin-key"), cancellationToken);
                trees.Observe(root.Key, known => ObservedGroups.Same(known.Api, groups) && known.ApiError is null ? known : known with { Api = groups, ApiError = null });
            }
            catch (ProviderException e)
            {
                Log.Failed(logger, root.Key.ToString(), e.Message);
                trees.Observe(root.Key, known => known.ApiError == e.Message ? known : known with { ApiError = e.Message });
            }
        }
    }

    protected override Task ReadyAsync(CancellationToken cancellationToken) => trees.WaitForSyncAsync(cancellationToken);

    protected override Task ReadAsync(HttpClient http, CancellationToken cancellationToken) => ReadAllAsync(new RateLimitsApi(http, options), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(310, LogLevel.Warning, "The limits of {Quota} were not read, the last ones stay: {Reason}")]
        public static partial void Failed(ILogger logger, string quota, string reason);
    }
}

/// <summary>Compares readings.</summary>
internal static class ObservedGroups
{
    public static bool Same(IReadOnlyList<ObservedGroup>? a, IReadOnlyList<ObservedGroup> b) =>
        a is not null && a.Count == b.Count
        && a.Zip(b).All(p => p.First.Id == p.Second.Id && p.First.Limits == p.Second.Limits && p.First.Models.SequenceEqual(p.Second.Models));
}
