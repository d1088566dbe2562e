using System.Collections.Immutable;

namespace Operator.Rollouts.Measurements;

/// <summary>
/// The counts of canary and stable since a moment. Immutable; it reads the same whoever asks, and it survives the process.
/// </summary>
/// <remarks>
/// <para>In one process a window is the difference of what was heard now and what was heard when it opened.</para>
/// <para>
/// A checkpoint in the status keeps three things of one moment: the window's counts, the limiters that were heard of, and the sum of
/// what these limiters had counted since their own starts. The next process continues from the counts, adds what it hears itself, and
/// must still bring in what the limiters counted between the checkpoint and its own first reports: that is the sum of what the same
/// limiters had counted at those first reports, less the sum in the checkpoint. It is added once, when all of them have been heard of.
/// If one has not within <see cref="IMeasurements.Silence"/>, it is gone and with it what only it knew: then that part is left out, for
/// all of them. So nothing is ever counted twice, and what is forgotten is at most the time between the last checkpoint and a restart
/// in which a limiter died. Until that is settled the checkpoint in the status is left as it is.
/// </para>
/// </remarks>
internal sealed record GateWindow
{
    /// <summary>The window's gate: it decides what is counted.</summary>
    public required Func<MeasurementTotals, CountVector> Project { get; init; }

    /// <summary>When it opened.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The canary.</summary>
    public required string Canary { get; init; }

    /// <summary>Stable; null when there is none.</summary>
    public string? Stable { get; init; }

    /// <summary>The checkpoint that it continues and whose gap is not settled; null for none.</summary>
    public WindowCheckpoint? Unsettled { get; init; }

    private CountVector CanaryCarried { get; init; } = CountVector.Empty;

    private CountVector StableCarried { get; init; } = CountVector.Empty;

    private CountVector CanaryBase { get; init; } = CountVector.Empty;

    private CountVector StableBase { get; init; } = CountVector.Empty;

    /// <summary>Opens a window now.</summary>
    public static GateWindow Open(
        Func<MeasurementTotals, CountVector> project, string canary, string? stable, DeploymentMeasurements measured, DateTimeOffset now) => new()
    {
        Project = project,
        StartedAt = now,
        Canary = canary,
        Stable = stable,
        CanaryBase = project(measured.Of(canary)),
        StableBase = project(measured.Of(stable)),
    };

    /// <summary>Continues a window that another process opened.</summary>
    public static GateWindow Resume(
        Func<MeasurementTotals, CountVector> project, string canary, string? stable, WindowCheckpoint checkpoint) => new()
    {
        Project = project,
        StartedAt = checkpoint.StartedAt,
        Canary = canary,
        Stable = stable,
        CanaryCarried = checkpoint.Canary,
        StableCarried = checkpoint.Stable,
        Unsettled = checkpoint,
    };

    /// <summary>Brings in what lies between checkpoint and restart, as soon as that is known or cannot become known any more.</summary>
    /// <param name="measured">What is known now.</param>
    /// <param name="listening">How long this process has listened.</param>
    public GateWindow Settle(DeploymentMeasurements measured, TimeSpan? listening)
    {
        if (Unsettled is not { } checkpoint || listening is not { } heardFor) return this;
        var heard = measured.Limiters.Where(l => checkpoint.Limiters.Contains(l.ShortInstance)).ToList();
        if (heard.Count == checkpoint.Limiters.Count)
        {
            return this with
            {
                Unsettled = null,
                CanaryCarried = CanaryCarried.Plus(Sum(heard, Canary).Minus(checkpoint.CanaryRaw)),
                StableCarried = StableCarried.Plus(Sum(heard, Stable).Minus(checkpoint.StableRaw)),
            };
        }
        return heardFor >= IMeasurements.Silence ? this with { Unsettled = null } : this;
    }

    /// <summary>The counts since it opened.</summary>
    public (CountVector Canary, CountVector Stable) Read(DeploymentMeasurements measured) => (
        CanaryCarried.Plus(Project(measured.Of(Canary)).Minus(CanaryBase)),
        StableCarried.Plus(Project(measured.Of(Stable)).Minus(StableBase)));

    /// <summary>What to keep in the status now: the old checkpoint while that is not settled.</summary>
    public WindowCheckpoint Checkpoint(DeploymentMeasurements measured)
    {
        if (Unsettled is { } unsettled) return unsettled;
        var (canary, stable) = Read(measured);
        return new WindowCheckpoint
        {
            StartedAt = StartedAt,
            Canary = canary,
            Stable = stable,
            CanaryRaw = Total(measured, Canary),
            StableRaw = Total(measured, Stable),
            Limiters = [.. measured.Limiters.Select(l => l.ShortInstance)],
        };
    }

    private CountVector Sum(IEnumerable<LimiterSnapshot> limiters, string? revision) => revision is null
        ? CountVector.Empty
        : Project(limiters.Aggregate(
            MeasurementTotals.Zero, (sum, l) => sum.Plus(l.First.GetValueOrDefault(revision, MeasurementTotals.Zero))));

    private CountVector Total(DeploymentMeasurements measured, string? revision) => revision is null
        ? CountVector.Empty
        : Project(measured.Limiters.Aggregate(
            MeasurementTotals.Zero, (sum, l) => sum.Plus(l.Last.GetValueOrDefault(revision, MeasurementTotals.Zero))));
}

/// <summary>A window at one moment, as the status keeps it.</summary>
internal sealed record WindowCheckpoint
{
    /// <summary>When the window opened; whole seconds.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The canary's counts.</summary>
    public required CountVector Canary { get; init; }

    /// <summary>Stable's counts.</summary>
    public required CountVector Stable { get; init; }

    /// <summary>What <see cref="Limiters"/> together had counted of the canary since their starts.</summary>
    public required CountVector CanaryRaw { get; init; }

    /// <summary>What they had counted of stable.</summary>
    public required CountVector StableRaw { get; init; }

    /// <summary>The limiters that were heard of.</summary>
    public required ImmutableHashSet<string> Limiters { get; init; }

    /// <summary>The counts as the status keeps them.</summary>
    /// <param name="weight">The canary's weight in the window, in hundredths of a percent.</param>
    /// <param name="attempt">The canary's attempt.</param>
    public Dictionary<string, long> Write(int weight, int attempt)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["startedAt"] = StartedAt.ToUnixTimeSeconds(),
            ["weight"] = weight,
            ["attempt"] = attempt,
        };
        foreach (var (prefix, vector) in Parts())
        {
            foreach (var (name, count) in vector.Counts) counts[prefix + name] = count;
        }
        return counts;
    }

    /// <summary>Reads the counts back.</summary>
    /// <returns>Null when they are about another window, or cannot be read.</returns>
    public static WindowCheckpoint? Read(IDictionary<string, long>? counts, IEnumerable<string>? limiters, int weight, int attempt)
    {
        if (counts is null || !counts.TryGetValue("startedAt", out var startedAt)) return null;
        if (counts.TryGetValue("weight", out var w) && w != weight) return null;
        if (counts.TryGetValue("attempt", out var a) && a != attempt) return null;
        if (startedAt is < 0 or > 253_402_300_799 || counts.Values.Any(v => v < 0)) return null;
        CountVector Part(string prefix) => CountVector.Of(counts
            .Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(c => (c.Key[prefix.Length..], c.Value)));
        return new WindowCheckpoint
        {
            StartedAt = DateTimeOffset.FromUnixTimeSeconds(startedAt),
            Canary = Part("canary."),
            Stable = Part("stable."),
            CanaryRaw = Part("raw.canary."),
            StableRaw = Part("raw.stable."),
            Limiters = [.. limiters ?? []],
        };
    }

    private (string Prefix, CountVector Counts)[] Parts() =>
        [("canary.", Canary), ("stable.", Stable), ("raw.canary.", CanaryRaw), ("raw.stable.", StableRaw)];
}
