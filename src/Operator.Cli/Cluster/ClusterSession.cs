using System.CommandLine;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;

namespace Operator.Cli.Cluster;

/// <summary>A connection to a cluster, as the flags say.</summary>
internal sealed class ClusterSession : IDisposable
{
    private readonly KubernetesClient _client;

    private ClusterSession(KubernetesClient client, string space, bool all, TextWriter output, TextWriter error)
    {
        _client = client;
        (Namespace, AllNamespaces, Output, Error) = (space, all, output, error);
        Objects = new GenericClient(client);
    }

    /// <summary>The API for typed objects.</summary>
    public IKubernetesClient Client => _client;

    /// <summary>The API for any object, as JSON.</summary>
    public GenericClient Objects { get; }

    /// <summary>The namespace that was asked for, or the context's.</summary>
    public string Namespace { get; }

    /// <summary>Whether all namespaces were asked for.</summary>
    public bool AllNamespaces { get; }

    /// <summary>What lists are restricted to; null for all namespaces.</summary>
    public string? Scope => AllNamespaces ? null : Namespace;

    /// <summary>Results.</summary>
    public TextWriter Output { get; }

    /// <summary>Progress and errors.</summary>
    public TextWriter Error { get; }

    /// <summary>Connects; nothing is sent yet.</summary>
    public static async Task<ClusterSession> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = await KubernetesClientConfiguration.LoadAsync(
            new KubeconfigOptions { Path = parsed.GetValue(ClusterOptions.Kubeconfig), Context = parsed.GetValue(ClusterOptions.Context) }, cancellationToken);
        var client = new KubernetesClient(
            configuration, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default], FieldManager = "kubectl-claude", UserAgent = "kubectl-claude" });
        return new ClusterSession(
            client, parsed.GetValue(ClusterOptions.Namespace) ?? configuration.Namespace ?? "default", parsed.GetValue(ClusterOptions.AllNamespaces),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
    }

    /// <summary>A deployment.</summary>
    /// <exception cref="CliException">There is none of that name; the message suggests the nearest.</exception>
    public async Task<ClaudeDeployment> DeploymentAsync(string name, CancellationToken cancellationToken)
    {
        if (await Client.GetAsync<ClaudeDeployment>(name, Namespace, cancellationToken) is { } found) return found;
        var others = (await Client.ListAsync<ClaudeDeployment>(new ListOptions { Namespace = Namespace }, cancellationToken)).Items.Select(d => d.Metadata.Name!).ToList();
        throw new CliException(ExitCode.NotFound, NearestName.Missing("ClaudeDeployment", name, Namespace, others));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
