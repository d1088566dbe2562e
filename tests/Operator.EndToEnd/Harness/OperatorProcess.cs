using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Rollouts;
using Operator.Runtime.Caching;
using Operator.Runtime.Events;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Reconciling;

namespace Operator.EndToEnd.Harness;

/// <summary>How an operator process is set up.</summary>
public sealed class OperatorSetup
{
    public required string Kubeconfig { get; init; }

    public required TimeProvider Clock { get; init; }

    public required LogCapture Log { get; init; }

    public required Func<OperatorWrite, WriteFate> Fate { get; init; }

    /// <summary>Told when the fate of a write ended the process.</summary>
    public required Action Killed { get; init; }

    /// <summary>Puts the operator together; null for <see cref="Composition"/>'s way.</summary>
    public Action<IServiceCollection>? Compose { get; set; }

    /// <summary>Changes the services after the composition.</summary>
    public Action<IServiceCollection>? Services { get; set; }
}

/// <summary>
/// The operator in its real composition, in this process. Its controllers live on the scenario's clock; its connections on the real
/// one, so that a busy machine breaks none of them.
/// </summary>
public sealed class OperatorProcess : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly KubernetesClient _client;
    private bool _disposed;
    private volatile bool _waitsForLease;

    public OperatorProcess(OperatorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        Wire = new Wire(setup.Fate, setup.Killed);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new Muted(setup.Log, Wire));
        var folder = Directory.CreateTempSubdirectory("operator-");
        KubernetesClientConfiguration configuration;
        try
        {
            var file = Path.Combine(folder.FullName, "config");
            File.WriteAllText(file, setup.Kubeconfig);
            configuration = KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = file }).GetAwaiter().GetResult();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        _client = new KubernetesClient(
            configuration,
            new KubernetesClientOptions
            {
                JsonContexts = [ApiJsonContext.Default],
                FieldManager = "claude-operator",
                UserAgent = "claude-operator",
                WrapHandler = Wire.Wrap,
            });
        builder.Services.AddSingleton(setup.Clock);
        builder.Services.AddSingleton<IKubernetesClient>(_client);
        (setup.Compose ?? Composition.Add)(builder.Services);
        setup.Services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    /// <summary>The way to the API server.</summary>
    public Wire Wire { get; }

    /// <summary>Whether it was told to end in order.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether it ended in order.</summary>
    public bool HasStopped { get; private set; }

    public IServiceProvider Services => _host.Services;

    public Task StartAsync() => _host.StartAsync();

    /// <summary>Whether it has nothing to do until something happens or time passes.</summary>
    /// <param name="sent">What the server sent on watches; null when that is not known.</param>
    public bool IsSettled(IReadOnlyDictionary<string, long?>? sent)
    {
        if (Wire.IsDead) return true;
        if (IsStopping) return Wire.Ledger.UnderWay == 0;
        if (!Wire.Ledger.IsQuiet(sent) || !Services.GetRequiredService<Informers>().HaveSynced || !Services.GetRequiredService<EventRecorder>().IsIdle) return false;
        if (!Services.GetRequiredService<ILeaderElection>().IsLeader) return _waitsForLease;
        return Services.GetServices<ControllerRunner>().All(c => c.IsIdle);
    }

    /// <summary>It was given time to become the leader: another process holds the lease.</summary>
    public void WaitsForLease() => _waitsForLease = true;

    /// <summary>Hands a limiter's report over, as the channel to the limiters does.</summary>
    public void Accept(Report report)
    {
        if (Wire.IsDead) return;
        Services.GetRequiredService<MeasurementStore>().Accept(report, Services.GetRequiredService<TimeProvider>().GetUtcNow());
    }

    /// <summary>Ends the process without giving it a chance to do anything.</summary>
    public void Kill() => Wire.Cut();

    /// <summary>Ends the process in order. The clock must go on.</summary>
    public async Task StopAsync()
    {
        IsStopping = true;
        await _host.StopAsync();
        HasStopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        Kill();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _host.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // It was not given time.
        }
        _host.Dispose();
        _client.Dispose();
        Wire.Dispose();
    }

    /// <summary>The log of a process that has ended says nothing any more.</summary>
    private sealed class Muted(LogCapture log, Wire wire) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Writer(log.CreateLogger(categoryName), wire);

        public void Dispose()
        {
        }

        private sealed class Writer(ILogger inner, Wire wire) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => !wire.IsDead && inner.IsEnabled(logLevel);

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel)) inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
