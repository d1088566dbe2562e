using Operator.Api;
using Operator.Cli.Cluster;

namespace Operator.Cli.Eval;

/// <summary>The eval gates of a deployment, for people who name them.</summary>
internal static class EvalGates
{
    /// <summary>What to say of a gate that a deployment does not have.</summary>
    public static CliException Missing(ClaudeDeployment deployment, string gate)
    {
        var names = (deployment.Spec.Gates?.Evals ?? []).Select(g => g.Name).ToList();
        var advice = NearestName.Of(gate, names) is { } near ? $"; did you mean '{near}'?" : names.Count == 0 ? "" : $"; there are: {string.Join(", ", names)}";
        return new CliException(ExitCode.NotFound, $"{deployment.Metadata.Name} has no eval gate '{gate}'{advice}");
    }
}
