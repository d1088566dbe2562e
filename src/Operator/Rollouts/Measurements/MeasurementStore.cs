using System.Collections.Immutable;
using Operator.Contract;
using Operator.Rollouts.Measurements;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>
/// Merges the reports of limiters. Every limiter reports sums since its own start; from one report to the next the difference is added
/// to what was heard of a revision, so every request counts once however many limiters come and go.
/// </summary>
/// <remarks>
/// A limiter whose first report here has sequence 1 has just started: all that it counted is new. Of one that reported before, to
/// another process or while this one did not listen, only what comes after its first report here is new; what lies between the last
/// checkpoint and that report is for <see cref="GateWindow"/> to bring in, once.
/// </remarks>
internal sealed class MeasurementStore : IMeasurements
{
    private const int MostLimiters = 50_000;
    private const int MostRevisions = 256;
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Limiter> _limiters = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, Deployment> _deployments = [];
    private DateTimeOffset? _listeningSince;
    private DateTimeOffset _cleanedAt;

    /// <inheritdoc />
    public event Action<ObjectKey>? Changed;

    /// <inheritdoc />
    public DateTimeOffset? ListeningSince
    {
        get { lock (_gate) return _listeningSince; }
    }

    /// <summary>Begins to listen as leader.</summary>
    public void Begin(DateTimeOffset now)
    {
        lock (_gate) _listeningSince ??= now;
    }

    /// <inheritdoc />
    public bool Accept(Report report, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(report);
        var changed = new HashSet<ObjectKey>();
        lock (_gate)
        {
            Clean(now);
            if (!_limiters.TryGetValue(report.Instance, out var limiter))
            {
                // A brief report tells nothing of what was counted before it, so what comes next could not be told from it.
                if (report.Brief || _limiters.Count >= MostLimiters) return false;
                _limiters.Add(report.Instance, limiter = new Limiter(report, report.Sequence <= 1));
            }
            else if (report.Sequence <= limiter.Sequence || report.Namespace != limiter.Namespace)
            {
                return false;
            }
            else if (now - limiter.LastSeen >= IMeasurements.Silence)
            {
                changed.UnionWith(limiter.Applied.Keys);
            }
            Apply(limiter, report, changed);
            Measure(limiter, report);
            limiter.Sequence = report.Sequence;
            limiter.LastSeen = now;
            limiter.IsKnown = true;
            if (report.Ends)
            {
                changed.UnionWith(limiter.Applied.Keys);
                limiter.LastSeen = now - IMeasurements.Silence;
            }
        }
        foreach (var deployment in changed) Changed?.Invoke(deployment);
        return true;
    }

    /// <inheritdoc />
    public DeploymentMeasurements Of(ObjectKey deployment, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_deployments.TryGetValue(deployment, out var entry)) return DeploymentMeasurements.None;
            return new DeploymentMeasurements
            {
                Limiters = [.. entry.Limiters.Where(l => now - l.LastSeen < IMeasurements.Silence).Select(l => l.View(deployment))],
                Heard = entry.Heard,
            };
        }
    }

    /// <summary>How many limiters told of a deployment within the last hour or so.</summary>
    public int LimitersOf(ObjectKey deployment)
    {
        lock (_gate) return _deployments.TryGetValue(deployment, out var entry) ? entry.Limiters.Count : 0;
    }

    /// <summary>Forgets a deployment that is gone.</summary>
    public void Forget(ObjectKey deployment)
    {
        lock (_gate)
        {
            if (!_deployments.Remove(deployment, out var entry)) return;
            foreach (var limiter in entry.Limiters) limiter.Forget(deployment);
        }
    }

    private void Apply(Limiter limiter, Report report, HashSet<ObjectKey> changed)
    {
        var applied = new Dictionary<ObjectKey, AppliedConfiguration>();
        foreach (var configuration in report.Applied)
        {
            if (KeyOf(configuration.Deployment, report.Namespace) is not { } key) continue;
            applied[key] = configuration;
            if (!limiter.Applied.TryGetValue(key, out var before) || before != configuration) changed.Add(key);
            DeploymentOf(key).Limiters.Add(limiter);
        }
        // A deployment that the limiter does not serve any more has one limiter less.
        changed.UnionWith(limiter.Applied.Keys.Where(k => !applied.ContainsKey(k)));
        limiter.Applied = applied;
    }

    private void Measure(Limiter limiter, Report report)
    {
        foreach (var measurement in report.Measurements)
        {
            if (KeyOf(measurement.Deployment, report.Namespace) is not { } key) continue;
            if (MeasurementTotals.Of(measurement) is not { } totals) continue;
            var id = (key, measurement.Revision);
            var deployment = DeploymentOf(key);
            if (!limiter.Last.TryGetValue(id, out var last))
            {
                if (limiter.Last.Count >= MostRevisions) continue;
                last = limiter.IsKnown ? MeasurementTotals.Zero : totals;
                limiter.First[id] = last;
                deployment.Limiters.Add(limiter);
            }
            // A count that falls is no count: the report is as wrong as one with negative counts.
            if (!totals.Follows(last)) continue;
            limiter.Last[id] = totals;
            deployment.Heard = deployment.Heard.SetItem(
                measurement.Revision,
                deployment.Heard.GetValueOrDefault(measurement.Revision, MeasurementTotals.Zero).Plus(totals.Minus(last)));
        }
    }

    private Deployment DeploymentOf(ObjectKey key)
    {
        if (!_deployments.TryGetValue(key, out var deployment)) _deployments.Add(key, deployment = new Deployment());
        return deployment;
    }

    /// <summary>Limiters that are long gone are forgotten; what they counted stays in what was heard.</summary>
    private void Clean(DateTimeOffset now)
    {
        if (now - _cleanedAt < IMeasurements.Silence) return;
        _cleanedAt = now;
        foreach (var limiter in _limiters.Values.Where(l => now - l.LastSeen > Remembered).ToList())
        {
            _limiters.Remove(limiter.Instance);
            foreach (var deployment in _deployments.Values) deployment.Limiters.Remove(limiter);
        }
    }

    /// <summary>The deployment of a name <c>namespace/name</c>; null when it lies outside of the limiter's namespace.</summary>
    private static ObjectKey? KeyOf(string deployment, string @namespace)
    {
        var slash = deployment.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < deployment.Length - 1 && deployment.AsSpan(0, slash).SequenceEqual(@namespace)
            ? new ObjectKey(@namespace, deployment[(slash + 1)..])
            : null;
    }

    private sealed class Deployment
    {
        public HashSet<Limiter> Limiters { get; } = [];

        public ImmutableDictionary<string, MeasurementTotals> Heard { get; set; } = ImmutableDictionary<string, MeasurementTotals>.Empty;
    }

    private sealed class Limiter(Report first, bool isKnown)
    {
        public string Instance { get; } = first.Instance;

        public string Namespace { get; } = first.Namespace;

        public string Pod { get; } = first.Namespace + "/" + first.Pod;

        public long Sequence { get; set; } = first.Sequence;

        public DateTimeOffset LastSeen { get; set; }

        /// <summary>Whether all that it reports for the first time is new.</summary>
        public bool IsKnown { get; set; } = isKnown;

        public Dictionary<ObjectKey, AppliedConfiguration> Applied { get; set; } = [];

        public Dictionary<(ObjectKey, string), MeasurementTotals> First { get; } = [];

        public Dictionary<(ObjectKey, string), MeasurementTotals> Last { get; } = [];

        public LimiterSnapshot View(ObjectKey deployment) => new()
        {
            Instance = Instance,
            Pod = Pod,
            LastSeen = LastSeen,
            Applied = Applied.GetValueOrDefault(deployment),
            First = First.Where(f => f.Key.Item1 == deployment).ToImmutableDictionary(f => f.Key.Item2, f => f.Value),
            Last = Last.Where(f => f.Key.Item1 == deployment).ToImmutableDictionary(f => f.Key.Item2, f => f.Value),
        };

        public void Forget(ObjectKey deployment)
        {
            Applied.Remove(deployment);
            foreach (var id in First.Keys.Where(k => k.Item1 == deployment).ToList()) First.Remove(id);
            foreach (var id in Last.Keys.Where(k => k.Item1 == deployment).ToList()) Last.Remove(id);
        }
    }
}
