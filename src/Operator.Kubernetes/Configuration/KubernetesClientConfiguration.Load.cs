using Operator.Kubernetes.Yaml;

namespace Operator.Kubernetes.Configuration;

/// <summary>Where to look for a configuration, and what to override in it.</summary>
public sealed record KubeconfigOptions
{
    /// <summary>A kubeconfig file; null to look where kubectl looks.</summary>
    public string? Path { get; init; }

    /// <summary>The context; null for the file's current one. Naming one asks for a kubeconfig, inside a pod too.</summary>
    public string? Context { get; init; }

    /// <summary>
    /// Lets credential plugins talk to the user through the terminal. Off by default: a service has nobody to ask.
    /// </summary>
    public bool Interactive { get; init; }

    /// <summary>The clock of credentials that expire.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

public sealed partial record KubernetesClientConfiguration
{
    /// <summary>
    /// Finds the configuration: <see cref="KubeconfigOptions.Path"/>; else the files in <c>KUBECONFIG</c>; else, inside a pod, its
    /// service account; else <c>~/.kube/config</c>.
    /// </summary>
    /// <exception cref="KubernetesConfigurationException">Nothing was found, or what was found cannot be used.</exception>
    public static Task<KubernetesClientConfiguration> LoadAsync(
        KubeconfigOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadAsync(options ?? new KubeconfigOptions(), ConfigurationSources.System, cancellationToken);

    /// <summary>The service account of the pod that this process runs in.</summary>
    /// <exception cref="KubernetesConfigurationException">The process does not run in a pod, or its files are missing.</exception>
    public static KubernetesClientConfiguration InCluster(TimeProvider? timeProvider = null) =>
        InClusterConfiguration.Load(ConfigurationSources.System, timeProvider ?? TimeProvider.System);

    internal static async Task<KubernetesClientConfiguration> LoadAsync(
        KubeconfigOptions options, ConfigurationSources sources, CancellationToken cancellationToken)
    {
        if (options.Path is { } path) return await FromFilesAsync([path], options, cancellationToken).ConfigureAwait(false);
        var listed = Listed(sources);
        if (listed.Length > 0)
        {
            // As kubectl does, a missing file of several is passed over; all of them missing is a mistake.
            var present = listed.Where(File.Exists).ToArray();
            return present.Length > 0
                ? await FromFilesAsync(present, options, cancellationToken).ConfigureAwait(false)
                : throw new KubernetesConfigurationException($"KUBECONFIG names no file that exists: {string.Join(", ", listed)}");
        }
        var home = System.IO.Path.Combine(sources.Home, ".kube", "config");
        if (options.Context is null && InClusterConfiguration.IsPresent(sources))
            return InClusterConfiguration.Load(sources, options.TimeProvider);
        if (File.Exists(home)) return await FromFilesAsync([home], options, cancellationToken).ConfigureAwait(false);
        throw new KubernetesConfigurationException(
            $"There is no Kubernetes configuration: KUBECONFIG is not set, this is not a pod, and '{home}' does not exist. "
            + "Name a kubeconfig, or set KUBECONFIG.");
    }

    private static string[] Listed(ConfigurationSources sources) =>
        [.. (sources.Environment("KUBECONFIG") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];

    private static async Task<KubernetesClientConfiguration> FromFilesAsync(
        IEnumerable<string> files, KubeconfigOptions options, CancellationToken cancellationToken)
    {
        var kubeconfig = await Kubeconfig.ReadAsync(files, cancellationToken).ConfigureAwait(false);
        return KubeconfigResolver.Resolve(kubeconfig, options);
    }
}
