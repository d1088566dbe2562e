using Operator.Rollouts.Configuration;

namespace Operator.Rollouts.Measurements;

/// <summary>The shares that limiters give to other revisions than the recorded stable one.</summary>
/// <param name="Highest">The highest, in hundredths of a percent; null while it is not known.</param>
/// <param name="Lowest">The lowest.</param>
/// <param name="Total">How many limiters count.</param>
/// <param name="Current">How many of them apply the newest configuration.</param>
internal sealed record Acknowledgement(int? Highest, int? Lowest, int Total, int Current)
{
    /// <summary>Those that refused the newest configuration; null when none did.</summary>
    public LimiterRefusal? Refusal { get; init; }

    /// <summary>Sums up what limiters report.</summary>
    /// <param name="measured">The limiters.</param>
    /// <param name="ledger">The roles of generations.</param>
    /// <param name="held">What the ConfigMap holds; null when it does not exist.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="stable">The recorded stable revision; null for none.</param>
    /// <param name="isKnown">Whether those that were heard of are all: a new leader learns that only after a while.</param>
    public static Acknowledgement Of(
        DeploymentMeasurements measured, ConfigurationLedger ledger, HeldConfiguration? held, long generation, string? stable, bool isKnown)
    {
        var applied = measured.Limiters.Select(l => l.Applied).OfType<Contract.AppliedConfiguration>().ToList();
        var current = applied.Count(a => a.Generation == generation);
        var refusal = LimiterRefusal.Of(measured.Limiters, generation);
        if (!isKnown) return new Acknowledgement(null, null, applied.Count, current) { Refusal = refusal };
        if (applied.Count == 0)
        {
            var share = held is null ? 0 : new ConfigurationLedger.Roles(held.Stable?.Revision, held.Canary).ShareBeside(stable, held.Weight);
            return new Acknowledgement(share, share, 0, 0);
        }
        var (highest, lowest) = (0, 10_000);
        foreach (var limiter in applied)
        {
            var (low, high) = ledger.Find(limiter.Generation) is { } roles
                ? (roles.ShareBeside(stable, limiter.CanaryWeight), roles.ShareBeside(stable, limiter.CanaryWeight))
                : (0, 10_000);
            (highest, lowest) = (Math.Max(highest, high), Math.Min(lowest, low));
        }
        return new Acknowledgement(highest, lowest, applied.Count, current) { Refusal = refusal };
    }
}
