namespace Operator.Kubernetes.Configuration;

/// <summary>The parts of the machine that a configuration is read from, so that tests can stand in for them.</summary>
/// <param name="Environment">Reads an environment variable.</param>
/// <param name="Home">The user's home folder.</param>
/// <param name="ServiceAccount">The folder of the pod's service account.</param>
internal sealed record ConfigurationSources(Func<string, string?> Environment, string Home, string ServiceAccount)
{
    public static ConfigurationSources System { get; } = new(
        global::System.Environment.GetEnvironmentVariable,
        global::System.Environment.GetFolderPath(global::System.Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
