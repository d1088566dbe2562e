namespace Operator.Testing.Clusters;

/// <summary>Which targets a run uses: the environment's <c>CLUSTER</c>, or what the machine offers when none is named.</summary>
public static class ClusterTargets
{
    /// <summary>The variable that names the targets: <c>local</c>, <c>envtest</c>, <c>kubeconfig</c>, a comma-separated list, or <c>all</c>.</summary>
    public const string Variable = "CLUSTER";

    /// <summary>Every target there is, whether this machine can run it or not.</summary>
    public static IReadOnlyList<ClusterTarget> All { get; } = [new LocalTarget(), new EnvTestTarget(), new KubeconfigTarget()];

    /// <summary>The targets of this run, in order. One that was asked for by name is here even when it cannot run, so that it says why.</summary>
    public static IReadOnlyList<ClusterTarget> Selected { get; } = Select(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Why a target is not part of this run, or null when it is.</summary>
    public static string? WhyNot(ClusterTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.UnavailableReason is { } reason) return reason;
        return Selected.Contains(target) ? null : $"{Variable} does not name it";
    }

    /// <summary>The targets that a value of the variable names.</summary>
    /// <exception cref="InvalidOperationException">It names a target that does not exist.</exception>
    public static IReadOnlyList<ClusterTarget> Select(string? names)
    {
        if (string.IsNullOrWhiteSpace(names))
            return [.. All.Where(t => t is LocalTarget || (t is EnvTestTarget && t.UnavailableReason is null))];
        if (names.Trim() == "all") return All;
        return [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Named)];
    }

    private static ClusterTarget Named(string name) =>
        All.FirstOrDefault(t => t.Name == name)
        ?? throw new InvalidOperationException(
            $"{Variable}={name}: there is no such target; use {string.Join(", ", All.Select(t => t.Name))}, a comma-separated list of them, or all.");
}
