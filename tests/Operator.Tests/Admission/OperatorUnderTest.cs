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
using Operator.Runtime.Hosting;

namespace Operator.Tests.Admission;

/// <summary>The admission part of an operator as a program puts it together, without the rest of it.</summary>
internal sealed class OperatorUnderTest : IAsyncDisposable
{
    private readonly IHost _host;

    private OperatorUnderTest(IHost host, IPEndPoint address, RecordedErrors errors) => (_host, Address, Errors) = (host, address, errors);

    public IPEndPoint Address { get; }

    public RecordedErrors Errors { get; }

    public OwnCertificates Certificates => _host.Services.GetRequiredService<OwnCertificates>();

    /// <summary>How many objects of a kind its cache has.</summary>
    public int Cached<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => _host.Services.GetRequiredService<IInformers>().Get<T>().Count;

    public static async Task<OperatorUnderTest> StartAsync(AdmissionCluster cluster, string pod, TimeProvider? time = null)
    {
        var port = FreePort();
        var errors = new RecordedErrors();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(errors).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<IKubernetesClient>(cluster.NewClient());
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddKubernetesOperator(o => o.Name = "claude-operator")
            .AddClaudeAdmission(o =>
            {
                o.Namespace = AdmissionCluster.OperatorNamespace;
                o.PodName = pod;
                o.Port = port;
                o.BindAddress = IPAddress.Loopback;
                o.Injection.Image = "registry.example/claude-limiter:1";
            })
            .ConfigureShutdown(o => o.EndpointDelay = TimeSpan.Zero);
        var host = builder.Build();
        await host.StartAsync();
        return new OperatorUnderTest(host, new IPEndPoint(IPAddress.Loopback, port), errors);
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
