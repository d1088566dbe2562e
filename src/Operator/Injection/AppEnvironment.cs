using System.Globalization;
using Operator.Kubernetes.Models;

namespace Operator.Injection;

/// <summary>
/// The two variables that lead an official SDK to the limiter. Values that are there already are replaced: the limiter is the only
/// way out, and a key that stays in the app could be used around it.
/// </summary>
internal static class AppEnvironment
{
    /// <summary>The variable with the address that SDKs call.</summary>
    public const string BaseUrl = "ANTHROPIC_BASE_URL";

    /// <summary>The variable with the key that SDKs send; the limiter puts the real one in its place.</summary>
    public const string ApiKey = "ANTHROPIC_API_KEY";

    /// <summary>The value of <see cref="ApiKey"/>: SDKs insist on one.</summary>
    public const string Placeholder = "the-limiter-adds-the-key";

    /// <summary>Sets the variables in a container.</summary>
    /// <param name="container">It is changed.</param>
    /// <param name="listenPort">The limiter's port.</param>
    /// <param name="warnings">Told of values that were replaced; never the values.</param>
    public static void Set(V1Container container, int listenPort, ICollection<string> warnings)
    {
        Set(container, BaseUrl, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{listenPort}"), warnings);
        Set(container, ApiKey, Placeholder, warnings);
    }

    private static void Set(V1Container container, string name, string value, ICollection<string> warnings)
    {
        var variables = container.Env is null ? [] : container.Env.ToList();
        var found = false;
        for (var i = 0; i < variables.Count; i++)
        {
            if (variables[i]?.Name != name) continue;
            found = true;
            if (variables[i].Value == value && variables[i].ValueFrom is null) continue;
            variables[i] = new V1EnvVar { Name = name, Value = value };
            warnings.Add($"container {container.Name}: {name} was replaced, so that requests go through the limiter");
        }

        if (!found) variables.Add(new V1EnvVar { Name = name, Value = value });
        container.Env = variables;
    }
}
