using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator;
using Operator.Admission;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Limiters;
using Operator.Limiters.Configurations;

namespace Benchmarks.Propagation;

/// <summary>
/// The process with the operator, put together as its program does, without admission: nothing is admitted here. It notes when it knew of
/// a configuration, when it had handed it to a connection, and when a limiter had confirmed it, by the metrics that it has for these.
/// </summary>
internal static class ChannelOperatorProcess
{
    public const string Mode = "propagation-operator";

    public static async Task<int> RunAsync(string kubeconfig)
    {
        var (known, sent, acknowledged) = (new ConcurrentQueue<long>(), new ConcurrentQueue<long>(), new ConcurrentQueue<long>());
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var channel = new ChannelOptions { Port = 0, BindAddress = System.Net.IPAddress.Loopback, Listening = port.SetResult };
        channel.Certificates.Namespace = WebhookDeclarations.DefaultNamespace;
        var options = new OperatorOptions
        {
            HealthPort = 0, MetricsPort = 0, LeaseNamespace = WebhookDeclarations.DefaultNamespace, CatalogNamespace = WebhookDeclarations.DefaultNamespace, Channel = channel,
        };
        using var client = new KubernetesClient(
            await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig }),
            new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default], FieldManager = "claude-operator", UserAgent = "claude-operator" });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(c => c.SingleLine = true).AddFilter(null, LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IKubernetesClient>(client);
        builder.Services.AddClaudeOperator(options);
        using var host = builder.Build();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Name == ChannelMetrics.Sent) own.EnableMeasurementEvents(instrument, sent);
                if (instrument.Name == ChannelMetrics.Acknowledged) own.EnableMeasurementEvents(instrument, acknowledged);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, state) =>
        {
            if (value > 0) ((ConcurrentQueue<long>)state!).Enqueue(Stamp.Now);
        });
        listener.SetMeasurementEventCallback<double>((_, _, _, state) => ((ConcurrentQueue<long>)state!).Enqueue(Stamp.Now));
        listener.Start();
        host.Services.GetRequiredService<LimiterConfigurations>().Changed += _ => known.Enqueue(Stamp.Now);
        await host.StartAsync();
        Console.WriteLine($"listening {await port.Task}");
        while (await Console.In.ReadLineAsync() is { } word and not "stop")
        {
            if (word == "compiled") Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"compiled {JitInfo.GetCompilationTime().TotalMilliseconds}"));
            if (word != "report") continue;
            Console.WriteLine("known " + string.Join(' ', known));
            Console.WriteLine("sent " + string.Join(' ', sent));
            Console.WriteLine("acknowledged " + string.Join(' ', acknowledged));
        }
        await host.StopAsync();
        return 0;
    }
}
