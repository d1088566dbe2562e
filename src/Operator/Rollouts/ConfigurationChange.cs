using Operator.Contract;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;

namespace Operator.Rollouts;

/// <summary>The write of a limiter ConfigMap that a decision asks for.</summary>
/// <param name="Map">What to write.</param>
/// <param name="Desired">What it holds.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Reverts">Whether it undoes somebody's edit.</param>
internal sealed record ConfigurationChange(V1ConfigMap Map, DesiredConfiguration Desired, long Generation, bool Reverts)
{
    /// <summary>The write that makes the limiters hold what was decided; null when they do already, or nothing can be written.</summary>
    /// <exception cref="MissingRevisionException">The content of stable or canary is lost.</exception>
    /// <exception cref="ConfigurationTooLargeException">Stable and canary do not fit into a ConfigMap.</exception>
    public static ConfigurationChange? Of(RolloutView view, DesiredConfiguration? desired)
    {
        if (desired is null || Quota(view) is not { } quota) return null;
        var limiter = view.Limiter;
        var held = limiter?.Generation ?? 0;
        var input = new ConfigurationInput
        {
            Namespace = view.Key.Namespace!,
            Name = view.Key.Name,
            Spec = view.Spec,
            Desired = desired,
            Contents = view.Contents,
            Quota = quota,
            Models = Models(view),
            Generation = held,
        };
        var (configuration, text) = ConfigurationRendering.Render(input);
        if (limiter is { IsIntact: true } && limiter.Text == text && limiter.Mark == desired.RolledBack && LimiterConfigMap.IsLabelled(limiter.Map, view.Deployment))
            return null;
        var generation = Next(view, held);
        (configuration, text) = ConfigurationRendering.Render(input with { Generation = generation });
        return new ConfigurationChange(
            LimiterConfigMap.Render(configuration, text, desired.RolledBack, view.Deployment), desired, generation, limiter is { IsIntact: false });
    }

    /// <summary>
    /// One more than what limiters may hold: what the ConfigMap says, what the status reserved, and what limiters report, so that a
    /// configuration which is written after a loss is never taken for an older one.
    /// </summary>
    private static long Next(RolloutView view, long held)
    {
        var reserved = view.Deployment.Status.ConfigurationGeneration ?? 0;
        // Reserved in the status and not written yet: the write that a crash interrupted.
        if (view.Limiter is { IsIntact: true } && reserved == held + 1 && Reported(view) <= held) return reserved;
        return Math.Max(Math.Max(held, reserved), Math.Max(view.Session.Ledger.Highest, Reported(view))) + 1;
    }

    private static long Reported(RolloutView view) => view.Measured.Limiters.Select(l => l.Applied?.Generation ?? 0).DefaultIfEmpty(0).Max();

    private static QuotaConfiguration? Quota(RolloutView view)
    {
        if (view.Budget.Quota is { } bound) return bound;
        if (view.Limiter?.Configuration?.Quota is not { } former) return null;
        // A quota that is missing or broken changes nothing that runs; a permission that was withdrawn does.
        return view.Budget.IsForbidden
            ? former with { Groups = [.. former.Groups.Select(g => g with { Boot = Share.None, Fallback = Share.None })] }
            : former;
    }

    /// <summary>What the catalogue knows now, and what limiters were told of models that it has lost.</summary>
    private static List<ModelConfiguration> Models(RolloutView view) =>
        [.. view.Budget.Models.Concat(view.Limiter?.Configuration?.Models ?? []).DistinctBy(m => m.Id)];
}
