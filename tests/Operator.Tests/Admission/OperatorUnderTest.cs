using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Admission;
using Operator.Certificates;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;

namespace Operator.Tests.Admission;

/// <summary>The admission part of an operator as a program puts it together, without the rest of it.</summary>
internal sealed class OperatorUnderTest : IAsyncDisposable
{
    private readonly IHost _host;

    private readonly int _healthPort;

    private OperatorUnderTest(IHost host, IPEndPoint address, int healthPort, RecordedErrors errors) =>
        (_host, Address, _healthPort, Errors) = (host, address, healthPort, errors);

    public IPEndPoint Address { get; }

    public RecordedErrors Errors { get; }

    public OwnCertificates Certificates => _host.Services.GetRequiredService<OwnCertificates>();

    /// <summary>How many objects of a kind its cache has.</summary>
    public int Cached<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => _host.Services.GetRequiredService<IInformers>().Get<T>().Count;

    public bool Leads => _host.Services.GetRequiredService<ILeaderElection>().IsLeader;

    /// <summary>What <c>/readyz</c> says of everything.</summary>
    public async Task<(bool IsReady, string Answer)> ReadinessAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_healthPort}/readyz?verbose"));
        return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<OperatorUnderTest> StartAsync(
        AdmissionCluster cluster, string pod, TimeProvider? time = null, Action<ClaudeAdmissionOptions>? configure = null)
    {
        var (port, health) = (FreePort(), FreePort());
        var errors = new RecordedErrors();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(errors).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<IKubernetesClient>(cluster.NewClient());
        if (time is not null) builder.Services.AddSingleton(time);
        var parts = builder.Services.AddKubernetesOperator(o => o.Name = "claude-operator")
            .AddClaudeAdmission(o =>
            {
                o.Namespace = AdmissionCluster.OperatorNamespace;
                o.PodName = pod;
                o.Port = port;
                o.BindAddress = IPAddress.Loopback;
                o.Injection.Image = "registry.example/claude-limiter:1";
                configure?.Invoke(o);
            })
            .AddHealthEndpoints(o => (o.Port, o.BindAddress) = (health, IPAddress.Loopback))
            .ConfigureShutdown(o => o.EndpointDelay = TimeSpan.Zero);
        // A clock that is set ahead by months is no concern of the election here.
        if (time is null) parts.AddLeaderElection(o => (o.LeaseNamespace, o.Identity) = (AdmissionCluster.OperatorNamespace, pod));
        var host = builder.Build();
        await host.StartAsync();
        return new OperatorUnderTest(host, new IPEndPoint(IPAddress.Loopback, port), health, errors);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Errors that were logged.</summary>
internal sealed class RecordedErrors : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _messages = [];

    public IReadOnlyList<string> Messages
    {
        get { lock (_gate) return [.. _messages]; }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_gate) _messages.Add(formatter(state, exception) + (exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})"));
    }

    public void Dispose()
    {
    }
}
