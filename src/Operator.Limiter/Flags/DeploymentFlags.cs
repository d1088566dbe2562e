using System.Collections.Frozen;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Flags;

/// <summary>
/// The flags of a deployment: <c>DEPLOYMENT.promptVersion</c>, <c>DEPLOYMENT.model</c> and <c>DEPLOYMENT.revision</c>, without the
/// deployment where the pod has only one.
/// </summary>
internal static class DeploymentFlags
{
    private static readonly (string Name, Func<ServedRevision, string> Value)[] All =
    [
        ("promptVersion", r => r.Configuration.PromptVersion),
        ("model", r => r.Configuration.Model),
        ("revision", r => r.Id),
    ];

    private static readonly FrozenDictionary<string, Func<ServedRevision, string>> ByName =
        All.ToFrozenDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);

    /// <summary>What a key names.</summary>
    /// <returns>The deployment and how its flag is read of a revision, or why there is no such flag.</returns>
    public static (ServedDeployment? Deployment, Func<ServedRevision, string>? Value, FlagError? Error) Find(LimiterSnapshot snapshot, string key)
    {
        if (snapshot.Deployments.Count == 0) return (null, null, FlagError.NoConfiguration);
        // Names of deployments may hold dots, names of flags do not.
        var dot = key.LastIndexOf('.');
        if (!ByName.TryGetValue(key[(dot + 1)..], out var value))
        {
            return (null, null, FlagError.NotFound($"A deployment's flags are {string.Join(", ", All.Select(f => $"NAME.{f.Name}"))}."));
        }
        var deployment = dot < 0 ? snapshot.Only : snapshot.Find(key[..dot]);
        if (deployment is not null) return (deployment, value, null);
        var why = dot < 0 ? "This pod has several deployments: put the name of one and a dot before the flag's." : "This pod has no such deployment.";
        return (null, null, FlagError.NotFound($"{why} It has: {string.Join(", ", snapshot.Deployments.Select(d => d.Configuration.Name))}."));
    }

    /// <summary>All flags, in an order that stays.</summary>
    public static IEnumerable<(string Key, ServedDeployment Deployment, Func<ServedRevision, string> Value)> Of(LimiterSnapshot snapshot)
    {
        foreach (var deployment in snapshot.Deployments)
        {
            foreach (var (name, value) in All) yield return ($"{deployment.Configuration.Name}.{name}", deployment, value);
        }
        if (snapshot.Only is not { } only) yield break;
        foreach (var (name, value) in All) yield return (name, only, value);
    }
}
