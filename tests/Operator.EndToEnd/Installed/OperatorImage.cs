using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Operator.EndToEnd.Harness;
using Operator.Evals.Running;
using Operator.LocalCluster.Node;
using Operator.Runtime.Health;

namespace Operator.EndToEnd.Installed;

/// <summary>
/// What the node runs for the operator's image: the operator as its manifest configures it, with the token of its service account, and
/// the eval command.
/// </summary>
/// <param name="clock">The clock of the operator.</param>
/// <param name="upstream">The Claude API.</param>
internal sealed class OperatorImage(TimeProvider clock, Uri upstream)
{
    private readonly ConcurrentDictionary<string, OperatorProcess> _running = new(StringComparer.Ordinal);

    public LogCapture Log { get; } = new();

    /// <summary>The replicas that run.</summary>
    public IEnumerable<OperatorProcess> Running => _running.Values;

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
            .Append(KeyValuePair.Create("Upstream", (string?)upstream.AbsoluteUri));
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
            admission.Namespace = home;
            admission.PodName = context.Environment["POD_NAME"];
            admission.BindAddress = context.PodAddress;
        }
        if (options.Channel is { } channel)
        {
            channel.BindAddress = context.PodAddress;
            (channel.Certificates.Namespace, channel.Certificates.PodName) = (home, context.Environment["POD_NAME"]);
        }
        await using var process = new OperatorProcess(new OperatorSetup
        {
            Kubeconfig = Kubeconfig(context),
            Clock = clock,
            Log = Log,
            Fate = _ => WriteFate.Pass,
            Killed = () => { },
            Compose = services =>
            {
                Composition.Add(services, options);
                services.Select(s => s.ImplementationInstance).OfType<HealthOptions>().Single().BindAddress = context.PodAddress;
                services.Select(s => s.ImplementationInstance).OfType<MetricsOptions>().Single().BindAddress = context.PodAddress;
            },
        });
        await process.StartAsync();
        _running[context.PodUid] = process;
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _running.TryRemove(context.PodUid, out _);
        return ContainerExit.Success;
    }

    private static async Task<ContainerExit> EvaluateAsync(ContainerContext context, string[] arguments, CancellationToken stop)
    {
        var result = context.ResolvePath("/dev/termination-log");
        Directory.CreateDirectory(Path.GetDirectoryName(result)!);
        var here = arguments.Select((a, i) => i > 0 && arguments[i - 1] is "--suite" or "--revision-file" ? context.ResolvePath(a) : a)
            .Concat(["--result", result]);
        // Containers of a pod share its loopback address.
        string? Variable(string name) => context.Environment.GetValueOrDefault(name)?.Replace("127.0.0.1", context.PodAddress.ToString(), StringComparison.Ordinal);
        return new ContainerExit(await EvalCommand.RunAsync([.. here], Variable, context.Output, TimeProvider.System, stop));
    }

    private static string Kubeconfig(ContainerContext context)
    {
        var account = context.ResolvePath("/var/run/secrets/kubernetes.io/serviceaccount");
        var authority = Convert.ToBase64String(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(account, "ca.crt"))));
        return $$"""
            apiVersion: v1
            kind: Config
            current-context: pod
            contexts: [{name: pod, context: {cluster: pod, user: pod} }]
            clusters:
            - name: pod
              cluster:
                server: https://{{context.Environment["KUBERNETES_SERVICE_HOST"]}}:{{context.Environment["KUBERNETES_SERVICE_PORT"]}}
                certificate-authority-data: {{authority}}
            users: [{name: pod, user: {token: {{File.ReadAllText(Path.Combine(account, "token"))}} } }]
            """;
    }
}
