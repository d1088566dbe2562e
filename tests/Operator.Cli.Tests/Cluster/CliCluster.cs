using System.Text;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Yaml;
using Operator.LocalCluster;

namespace Operator.Cli.Tests.Cluster;

/// <summary>A cluster with the definitions of this product and some objects, and the command as a user calls it.</summary>
public sealed class CliCluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubectl-claude-").FullName;
    private LocalClusterServer? _server;
    private KubernetesClient? _client;

    internal LocalClusterServer Server => _server!;

    internal KubernetesClient Client => _client!;

    internal string Kubeconfig => Path.Combine(_folder, "admin");

    public async ValueTask InitializeAsync()
    {
        _server = await LocalClusterServer.StartAsync(null, TestContext.Current.CancellationToken);
        await _server.WriteKubeconfigAsync(Kubeconfig, TestContext.Current.CancellationToken);
        var configuration = await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = Kubeconfig }, TestContext.Current.CancellationToken);
        _client = new KubernetesClient(configuration, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default] });
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Installs the definitions of this product.</summary>
    internal async Task InstallAsync()
    {
        var objects = new GenericClient(Client);
        foreach (var definition in ResourceDefinitions.Documents())
            await objects.ApplyAsync(definition, new PatchOptions { FieldManager = "test" }, TestContext.Current.CancellationToken);
        while (true)
        {
            try
            {
                await Client.ListAsync<ClaudeDeployment>(new ListOptions { Namespace = "default" }, TestContext.Current.CancellationToken);
                await Client.ListAsync<ClaudeQuota>(new ListOptions { Namespace = "default" }, TestContext.Current.CancellationToken);
                await Client.ListAsync<ClaudeEvalRun>(new ListOptions { Namespace = "default" }, TestContext.Current.CancellationToken);
                return;
            }
            catch (KubernetesException error) when (error.IsNotFound)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Stores the objects of a text, with their statuses.</summary>
    internal async Task ApplyAsync(string yaml)
    {
        var objects = new GenericClient(Client);
        foreach (var part in yaml.Split("\n---\n"))
        {
            var document = KubernetesYaml.ParseObject(part, "a test");
            var status = document["status"]?.DeepClone();
            document.Remove("status");
            await objects.ApplyAsync((System.Text.Json.Nodes.JsonObject)document.DeepClone(), new PatchOptions { FieldManager = "test", Force = true }, TestContext.Current.CancellationToken);
            if (status is null) continue;
            document["status"] = status;
            document.Remove("spec");
            await objects.ApplyAsync(document, new PatchOptions { FieldManager = "test", Force = true, Subresource = "status" }, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A kubeconfig of a user without any rights.</summary>
    internal string Stranger()
    {
        var (certificate, key) = Server.IssueClientCertificate("eve");
        var path = Path.Combine(_folder, "eve");
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: c
              cluster: {"{"}server: "{Server.Address}", certificate-authority-data: {Base64(Server.CertificateAuthority)}{"}"}
            users:
            - name: eve
              user: {"{"}client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}{"}"}
            contexts:
            - name: c
              context: {"{"}cluster: c, user: eve{"}"}
            current-context: c
            """);
        return path;
    }

    /// <summary>A file with a text.</summary>
    internal string WriteFile(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Calls the command.</summary>
    internal async Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => await RunAsAsync(Kubeconfig, args);

    /// <summary>Calls the command with another kubeconfig.</summary>
    internal static async Task<(int Code, string Output, string Error)> RunAsAsync(string kubeconfig, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync([.. args, "--kubeconfig", kubeconfig], new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
