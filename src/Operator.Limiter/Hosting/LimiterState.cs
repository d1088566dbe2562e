using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Channel;
using Operator.Limiter.Configuration;
using Operator.Limiter.Exporting;
using Operator.Limiter.Forwarding;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Limiter.Retrying;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Variants;

namespace Operator.Limiter.Hosting;

/// <summary>Everything that requests share.</summary>
internal sealed class LimiterState : IDisposable
{
    private const int MaxEstimators = 1_000;

    private readonly ConcurrentDictionary<(string Quota, string Group), GroupLimiter> _groups = new();
    private readonly ConcurrentDictionary<string, PromptEstimator> _estimators = new(StringComparer.Ordinal);
    private readonly PromptEstimator _overflow;

    public LimiterState(LimiterOptions options, TimeProvider time, ILoggerFactory loggers, Stream callSink, Random random)
    {
        (Options, Time, Random, _overflow) = (options, time, random, new PromptEstimator(time));
        Configuration = new ConfigurationStore(options.PodNamespace);
        Leases = new LeaseStore(time);
        Ledger = new SpendLedger(time);
        Users = new UserBudgets(time);
        Variants = new VariantSelector(new ConversationMemory(time));
        Credentials = new CredentialStore(time, loggers.CreateLogger("credentials"));
        Upstream = new UpstreamClient(options.Upstream);
        Retries = new RetryPipeline(time, () => random.NextDouble());
        Signals = new UpstreamSignals(time);
        Log = new CallLog(callSink, time);
        Channel = new ChannelStatus(time);
        Configuration.Changed += Configure;
    }

    public LimiterOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>For jitter and for splits without a key: safe for several threads.</summary>
    public Random Random { get; }

    public ConfigurationStore Configuration { get; }

    public LeaseStore Leases { get; }

    public SpendLedger Ledger { get; }

    public UserBudgets Users { get; }

    public VariantSelector Variants { get; }

    public CredentialStore Credentials { get; }

    public UpstreamClient Upstream { get; }

    public RetryPipeline Retries { get; }

    public UpstreamSignals Signals { get; }

    public CallLog Log { get; }

    public ChannelStatus Channel { get; }

    public CallCounts Counts { get; } = new();

    public RevisionMeters Meters { get; } = new();

    /// <summary>Who tells a collector of calls; null where nobody does.</summary>
    public CallExport? Export { get; set; }

    /// <summary>Whether the limiter is going down: it takes no new work from probes that ask.</summary>
    public bool Draining { get; set; }

    /// <summary>Raised when a request of any gate has to wait for what the lease does not hold.</summary>
    public event Action? Short;

    /// <summary>All gates.</summary>
    public ICollection<GroupLimiter> Groups => _groups.Values;

    /// <summary>The gate of a model.</summary>
    public GroupLimiter Group(ServedDeployment deployment, ModelConfiguration model) =>
        _groups.GetOrAdd((deployment.QuotaKey, model.Group), _ => Create(deployment.Configuration.Quota, model.Group));

    /// <summary>What is learned of a prompt.</summary>
    /// <param name="prompt">The prompt's digest, or what stands for it.</param>
    /// <param name="like">The digest of another version of it, to begin with what is known of that; null for none.</param>
    public PromptEstimator Estimator(string prompt, string? like = null)
    {
        if (_estimators.TryGetValue(prompt, out var known)) return known;
        if (_estimators.Count >= MaxEstimators) return _overflow;
        var other = like is null ? null : _estimators.GetValueOrDefault(like);
        return _estimators.GetOrAdd(prompt, static (_, begin) => new PromptEstimator(begin.Time, begin.other), (Time, other));
    }

    /// <summary>Where the key of a deployment stands.</summary>
    public string KeyFile(ServedDeployment deployment) => Path.Combine(Options.Directory, LimiterPod.Keys, deployment.Configuration.Name);

    public void Dispose()
    {
        Configuration.Changed -= Configure;
        foreach (var group in _groups.Values) group.Dispose();
        Upstream.Dispose();
    }

    private void Configure(LimiterSnapshot snapshot)
    {
        foreach (var deployment in snapshot.Deployments)
        {
            var quota = deployment.Configuration.Quota;
            foreach (var group in quota.Groups)
            {
                if (_groups.TryGetValue((deployment.QuotaKey, group.Group), out var held)) held.Configure(quota, group);
                else Group(deployment, group.Group, quota);
            }
        }
    }

    private void Group(ServedDeployment deployment, string group, QuotaConfiguration quota) =>
        _groups.GetOrAdd((deployment.QuotaKey, group), _ => Create(quota, group));

    private GroupLimiter Create(QuotaConfiguration quota, string group)
    {
        var limiter = new GroupLimiter(quota, quota.Groups.First(g => g.Group == group), Leases, Time);
        limiter.Short += () => Short?.Invoke();
        return limiter;
    }
}
