using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Evals.Running;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.LocalCluster.Node;
using Operator.Runtime.Health;
using Operator.Runtime.LeaderElection;

namespace Operator.Cli.Local.Platform;

/// <summary>What the node runs for the operator's image: the operator as its manifest configures it, with the rights of its service account, and the eval command.</summary>
/// <param name="upstream">The Claude API.</param>
/// <param name="settings">Settings beside those of the manifest, by name without the prefix.</param>
internal sealed class OperatorImage(Uri upstream, IReadOnlyDictionary<string, string> settings)
{
    private const string Account = "/var/run/secrets/kubernetes.io/serviceaccount";
    private readonly ConcurrentDictionary<string, IPEndPoint> _channels = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>Where the Service of the channel leads next: to each replica in turn.</summary>
    public IPEndPoint Channel()
    {
        var all = _channels.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Value).ToList();
        // Nobody listens there: as a Service without endpoints, the connection is refused.
        return all.Count == 0 ? new IPEndPoint(IPAddress.Loopback, 9) : all[(int)((uint)Interlocked.Increment(ref _turn) % all.Count)];
    }

    /// <summary>Runs a container.</summary>
    public Task<ContainerExit> RunAsync(ContainerContext context, CancellationToken stop) => context.Arguments.ToArray() switch
    {
        [] or ["run"] => ManageAsync(context, stop),
        ["eval", .. var rest] => EvaluateAsync(context, rest, stop),
        _ => Task.FromResult(new ContainerExit(2)),
    };

    private async Task<ContainerExit> ManageAsync(ContainerContext context, CancellationToken stop)
    {
        var variables = context.Environment
            .Where(v => v.Key.StartsWith(OperatorOptions.EnvironmentPrefix, StringComparison.Ordinal))
            .Select(v => KeyValuePair.Create(v.Key[OperatorOptions.EnvironmentPrefix.Length..], (string?)v.Value))
            .Append(KeyValuePair.Create("Upstream", (string?)upstream.AbsoluteUri))
            .Concat(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        var (options, errors) = OperatorOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(variables).Build());
        if (errors.Count > 0)
        {
            foreach (var error in errors) await context.Output.WriteLineAsync(error);
            return new ContainerExit(2);
        }
        // What a process of its own finds in its environment and in its network.
        var home = context.Environment["POD_NAMESPACE"];
        options = options with { LeaseNamespace = home, CatalogNamespace = home };
        if (options.Admission is { } admission)
        {
            (admission.Namespace, admission.PodName, admission.BindAddress) = (home, context.Environment["POD_NAME"], context.PodAddress);
        }
        if (options.Channel is { } channel)
        {
            channel.BindAddress = context.PodAddress;
            (channel.Certificates.Namespace, channel.Certificates.PodName) = (home, context.Environment["POD_NAME"]);
            channel.Listening = port => _channels[context.PodUid] = new IPEndPoint(context.PodAddress, port);
        }
        using var client = new KubernetesClient(
            await ConfigureAsync(context), new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default], FieldManager = "claude-operator", UserAgent = "claude-operator" });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new ContainerLogger(context.Output)).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IKubernetesClient>(client);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddClaudeOperator(options);
        builder.Services.Select(s => s.ImplementationInstance).OfType<HealthOptions>().Single().BindAddress = context.PodAddress;
        builder.Services.Select(s => s.ImplementationInstance).OfType<MetricsOptions>().Single().BindAddress = context.PodAddress;
        if (builder.Services.Select(s => s.ImplementationInstance).OfType<LeaderElectionOptions>().SingleOrDefault() is { } election)
            election.Identity = $"{context.Environment["POD_NAME"]}_{Guid.NewGuid():N}";
        using var host = builder.Build();
        try
        {
            await host.StartAsync(stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _channels.TryRemove(context.PodUid, out _);
            await host.StopAsync(CancellationToken.None);
        }
        return ContainerExit.Success;
    }

    private static async Task<ContainerExit> EvaluateAsync(ContainerContext context, string[] arguments, CancellationToken stop)
    {
        var result = context.ResolvePath("/dev/termination-log");
        Directory.CreateDirectory(Path.GetDirectoryName(result)!);
        var here = arguments.Select((a, i) => i > 0 && arguments[i - 1] is "--suite" or "--revision-file" ? context.ResolvePath(a) : a)
            .Concat(["--result", result]);
        string? Variable(string name) => context.Environment.GetValueOrDefault(name)?.Replace("127.0.0.1", context.PodAddress.ToString(), StringComparison.Ordinal);
        return new ContainerExit(await EvalCommand.RunAsync([.. here], Variable, context.Output, TimeProvider.System, stop));
    }

    private static async Task<KubernetesClientConfiguration> ConfigureAsync(ContainerContext context)
    {
        var account = context.ResolvePath(Account);
        var authority = Convert.ToBase64String(Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(Path.Combine(account, "ca.crt"))));
        var file = Path.Combine(context.RootDirectory, "kubeconfig");
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: v1
            kind: Config
            current-context: pod
            contexts: [{name: pod, context: {cluster: pod, user: pod} }]
            clusters:
            - name: pod
              cluster:
                server: https://{{context.Environment["KUBERNETES_SERVICE_HOST"]}}:{{context.Environment["KUBERNETES_SERVICE_PORT"]}}
                certificate-authority-data: {{authority}}
            users: [{name: pod, user: {tokenFile: {{Path.Combine(account, "token")}} } }]
            """);
        return await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = file });
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
