using System.CommandLine;
using System.Text.Json.Nodes;
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
            configuration,
            new KubernetesClientOptions
            {
                JsonContexts = [ApiJsonContext.Default],
                FieldManager = "kubectl-claude",
                UserAgent = "kubectl-claude",
                WrapHandler = inner => new SlowAnswers(inner, parsed.InvocationConfiguration.Error, TimeProvider.System),
            });
        return new ClusterSession(
            client, parsed.GetValue(ClusterOptions.Namespace) ?? configuration.Namespace ?? "default", parsed.GetValue(ClusterOptions.AllNamespaces),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
    }

    /// <summary>A deployment.</summary>
    /// <exception cref="CliException">There is none of that name, where the message suggests the nearest; or it cannot be read.</exception>
    public async Task<ClaudeDeployment> DeploymentAsync(string name, CancellationToken cancellationToken)
    {
        if (await Client.GetAsync<ClaudeDeployment>(name, Namespace, cancellationToken) is { } found)
        {
            return found.Unreadable is { } problem
                ? throw new CliException(ExitCode.Cluster, $"ClaudeDeployment '{name}' has values that this version of the command cannot read: {problem.Message}. Use the kubectl-claude of the operator's release")
                : found;
        }
        var others = (await Client.ListAsync<ClaudeDeployment>(new ListOptions { Namespace = Namespace }, cancellationToken)).Items.Select(d => d.Metadata.Name!).ToList();
        throw new CliException(ExitCode.NotFound, NearestName.Missing("ClaudeDeployment", name, Namespace, others));
    }

    /// <summary>Writes an object in full.</summary>
    public void Write<T>(T entity, string format) => ObjectText.Write(Output, Client.Json.ToNode(entity), format);

    /// <summary>What the cluster serves instead of a kind that it does not know; null when it serves all of them.</summary>
    public async Task<string?> MissingAsync(CancellationToken cancellationToken)
    {
        var group = await DiscoverAsync("apis/" + ApiGroup.Name, cancellationToken);
        var resources = group is null ? null : await DiscoverAsync("apis/" + ApiGroup.ApiVersion, cancellationToken);
        return ClusterErrors.Missing(group, resources);
    }

    private async Task<JsonObject?> DiscoverAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetJsonAsync(path, cancellationToken: cancellationToken);
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
