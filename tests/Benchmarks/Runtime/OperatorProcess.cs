using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Reconciling;

namespace Benchmarks.Runtime;

/// <summary>The process with an operator whose controller does nothing: what is left is the cost of the runtime.</summary>
internal static class OperatorProcess
{
    public const string Mode = "runtime-operator";
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string kubeconfig)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        var cluster = await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig });
        var counter = new ReconcileCounter();
        builder.Services.AddSingleton(counter);
        builder.Services
            .AddKubernetesOperator(settings =>
            {
                settings.Name = "benchmark";
                settings.Cluster = cluster;
            })
            .AddLeaderElection(options => options.LeaseNamespace = "default")
            .AddController<NothingToDo, V1ConfigMap>();
        using var host = builder.Build();

        var started = Stopwatch.GetTimestamp();
        await host.StartAsync();
        var informers = host.Services.GetRequiredService<IInformers>();
        while (!informers.HaveSynced) await Task.Delay(5);
        Say("synced", Stopwatch.GetElapsedTime(started).TotalSeconds);

        await counter.Reached(RuntimeBenchmark.Objects);
        Say("reconciled", counter.PerSecond, Rss());
        await Task.Delay(IdleTime);
        Say("idle", Rss());
        await Console.In.ReadLineAsync();
        await host.StopAsync();
        return 0;
    }

    private static void Say(string word, params double[] values) =>
        Console.WriteLine(word + " " + string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));

    private static double Rss()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }

    /// <summary>Counts reconciles and the time from the first to the last.</summary>
    internal sealed class ReconcileCounter
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _first;
        private long _last;
        private int _count;

        public double PerSecond => _count / Stopwatch.GetElapsedTime(_first, _last).TotalSeconds;

        public Task Reached(int count)
        {
            if (Volatile.Read(ref _count) >= count) _reached.TrySetResult();
            return _reached.Task;
        }

        public void Count()
        {
            Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
            if (Interlocked.Increment(ref _count) != RuntimeBenchmark.Objects) return;
            _last = Stopwatch.GetTimestamp();
            _reached.TrySetResult();
        }
    }

    private sealed class NothingToDo(ReconcileCounter counter) : IEntityController<V1ConfigMap>
    {
        public Task<ReconciliationResult<V1ConfigMap>> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellationToken)
        {
            counter.Count();
            return Task.FromResult(ReconciliationResult<V1ConfigMap>.Success(entity));
        }

        public Task<ReconciliationResult<V1ConfigMap>> DeletedAsync(V1ConfigMap entity, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<V1ConfigMap>.Success(entity));
    }
}
