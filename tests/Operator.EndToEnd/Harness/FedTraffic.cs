using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Contract;

namespace Operator.EndToEnd.Harness;

/// <summary>How requests of one prompt version go.</summary>
public sealed record Behaviour
{
    /// <summary>The share of requests that fail.</summary>
    public double Errors { get; init; }

    /// <summary>The share of requests that take <see cref="SlowLatency"/> instead of <see cref="Latency"/>.</summary>
    public double Slow { get; init; }

    public TimeSpan Latency { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan SlowLatency { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Nanodollars a request.</summary>
    public long Cost { get; init; } = 4_000_000;

    /// <summary>The share of input tokens that is read from the cache.</summary>
    public double Cached { get; init; } = 0.8;
}

/// <summary>
/// Plays the limiters of a namespace: it reads the limiter ConfigMaps as a mounted volume shows them, applies them, serves seeded
/// traffic by the weights in force, and reports cumulative measurements.
/// </summary>
public sealed class FedTraffic(ClusterRecord cluster, int limiters = 2, int seed = 20260)
{
    private const string Prefix = "claude-limiter-";
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Namespace, int Index), Limiter> _limiters = [];
    private readonly Dictionary<string, Behaviour> _behaviours = new(StringComparer.Ordinal);

    /// <summary>Requests a second of each limiter and deployment; 0 for none.</summary>
    public double Rate { get; set; } = 40;

    /// <summary>Whether limiters take new configurations; otherwise they keep what they hold and say so.</summary>
    public bool Applies { get; set; } = true;

    /// <summary>Why the first limiter of each namespace refuses new configurations; null when it takes them.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether there are limiters at all.</summary>
    public bool Present { get; set; } = true;

    /// <summary>Sets how requests of a prompt version go.</summary>
    public void Set(string promptVersion, Behaviour behaviour)
    {
        lock (_gate) _behaviours[promptVersion] = behaviour;
    }

    /// <summary>Lets time pass: serves requests and answers the reports that are due.</summary>
    public IReadOnlyList<Report> Tick(TimeSpan passed)
    {
        if (!Present) return [];
        lock (_gate)
        {
            var maps = cluster.All("configmaps").Where(m => Name(m).StartsWith(Prefix, StringComparison.Ordinal)).ToList();
            var reports = new List<Report>();
            foreach (var @namespace in maps.Select(Namespace).Union(_limiters.Keys.Select(k => k.Namespace)).Distinct().Order(StringComparer.Ordinal).ToList())
            {
                for (var i = 0; i < limiters; i++)
                {
                    if (!_limiters.TryGetValue((@namespace, i), out var limiter))
                        _limiters.Add((@namespace, i), limiter = new Limiter(@namespace, i, (seed * 31) + i));
                    limiter.Read(maps.Where(m => Namespace(m) == @namespace), Applies, i == 0 ? Refusal : null);
                    limiter.Serve(passed, Rate, v => _behaviours.GetValueOrDefault(v) ?? new Behaviour());
                    reports.Add(limiter.Report());
                }
            }
            return reports;
        }
    }

    private static string Name(JsonObject map) => (string)map["metadata"]!["name"]!;

    private static string Namespace(JsonObject map) => (string)map["metadata"]!["namespace"]!;

    private sealed class Limiter(string @namespace, int index, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly string _instance = Guid.NewGuid().ToString("N");
        private readonly Dictionary<string, DeploymentConfiguration> _applied = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (long Generation, string Because)> _refused = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Deployment, string Revision), Served> _served = [];
        private readonly Dictionary<string, double> _due = new(StringComparer.Ordinal);
        private long _sequence;

        public void Read(IEnumerable<JsonObject> maps, bool applies, string? refusal)
        {
            _refused.Clear();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var map in maps)
            {
                var deployment = $"{@namespace}/{Name(map)[Prefix.Length..]}";
                seen.Add(deployment);
                if (Configuration((string?)map["data"]?["deployment.json"]) is not { } configuration) continue;
                var known = _applied.GetValueOrDefault(deployment);
                if (known is null || (applies && refusal is null && configuration.Generation > known.Generation)) _applied[deployment] = configuration;
                else if (refusal is not null && configuration.Generation > known.Generation) _refused[deployment] = (configuration.Generation, refusal);
            }
            // A file that is gone changes nothing: the last good configuration stays.
        }

        public void Serve(TimeSpan passed, double rate, Func<string, Behaviour> behaviour)
        {
            foreach (var (deployment, configuration) in _applied)
            {
                var due = _due.GetValueOrDefault(deployment) + (rate * passed.TotalSeconds);
                var requests = (int)due;
                _due[deployment] = due - requests;
                for (var i = 0; i < requests; i++)
                {
                    var isCanary = configuration.Canary is not null && _random.Next(10_000) < configuration.CanaryWeight;
                    if ((isCanary ? configuration.Canary : configuration.Stable) is not { } revision) continue;
                    var key = (deployment, revision.Revision);
                    if (!_served.TryGetValue(key, out var served)) _served.Add(key, served = new Served());
                    served.Add(behaviour(revision.PromptVersion), _random);
                }
            }
        }

        public Report Report() => new()
        {
            Instance = _instance,
            Namespace = @namespace,
            Pod = $"app-{index}",
            Sequence = ++_sequence,
            Applied = [.. _applied.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => new AppliedConfiguration
            {
                Deployment = a.Key, Generation = a.Value.Generation, CanaryWeight = a.Value.CanaryWeight,
                RefusedGeneration = _refused.TryGetValue(a.Key, out var refused) ? refused.Generation : null, RefusedBecause = refused.Because,
            })],
            Measurements = [.. _served.OrderBy(s => s.Key.Deployment + s.Key.Revision, StringComparer.Ordinal)
                .Select(s => s.Value.Measurement(s.Key.Deployment, s.Key.Revision, _applied[s.Key.Deployment].Measurement))],
        };

        private static DeploymentConfiguration? Configuration(string? text)
        {
            try
            {
                return text is null ? null : JsonSerializer.Deserialize(text, ContractJsonContext.Default.DeploymentConfiguration);
            }
            catch (JsonException)
            {
                // A limiter refuses what it cannot read and keeps the last good one.
                return null;
            }
        }
    }

    /// <summary>Sums over the requests of one revision.</summary>
    private sealed class Served
    {
        private readonly SortedDictionary<TimeSpan, long> _latencies = [];
        private long _requests;
        private long _errors;
        private long _cost;
        private double _costSquared;
        private double _cached;
        private double _cachedSquared;

        public void Add(Behaviour behaviour, Random random)
        {
            _requests++;
            if (random.NextDouble() < behaviour.Errors) _errors++;
            var latency = random.NextDouble() < behaviour.Slow ? behaviour.SlowLatency : behaviour.Latency;
            _latencies[latency] = _latencies.GetValueOrDefault(latency) + 1;
            _cost += behaviour.Cost;
            _costSquared += Math.Pow(behaviour.Cost / 1e9, 2);
            _cached += behaviour.Cached;
            _cachedSquared += behaviour.Cached * behaviour.Cached;
        }

        public RevisionMeasurement Measurement(string deployment, string revision, MeasurementConfiguration asked) => new()
        {
            Deployment = deployment,
            Revision = revision,
            Requests = _requests,
            Errors = _errors,
            Throttled = 0,
            Truncations = 0,
            Refusals = 0,
            InputTokens = _requests * 200,
            CacheWriteTokens = 0,
            CacheReadTokens = _requests * 800,
            CachedShare = _cached,
            CachedShareSquared = _cachedSquared,
            OutputTokens = _requests * 300,
            OutputTokensSquared = _requests * 90_000.0,
            Cost = _cost,
            CostSquared = _costSquared,
            Latency = Histogram(1),
            FirstToken = Histogram(4),
            AboveLatencyBounds = [.. asked.LatencyBounds.Select(b => _latencies.Where(l => l.Key.TotalMilliseconds > b).Sum(l => l.Value))],
            AboveFirstTokenBounds = [.. asked.FirstTokenBounds.Select(b => _latencies.Where(l => l.Key.TotalMilliseconds / 4 > b).Sum(l => l.Value))],
        };

        private LatencyHistogram Histogram(int divisor)
        {
            var counts = new long[LatencyHistogram.BucketCount];
            foreach (var (latency, count) in _latencies) counts[LatencyHistogram.BucketOf(latency / divisor)] += count;
            return new LatencyHistogram { Counts = counts };
        }
    }
}
