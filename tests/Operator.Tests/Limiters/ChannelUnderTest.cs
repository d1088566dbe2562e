using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Limiters;
using Operator.Limiters.Authentication;
using Operator.Limiters.Reports;
using Operator.Runtime.Hosting;
using Operator.Tests.Admission;

namespace Operator.Tests.Limiters;

/// <summary>
/// An operator as its program puts it together, on a local cluster, whose channel is asked without a network: whom a token belongs to is
/// for a test to say.
/// </summary>
internal sealed class ChannelUnderTest : IAsyncDisposable
{
    private readonly AdmissionCluster _cluster;
    private readonly IHost _host;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _refusals = new();

    private ChannelUnderTest(AdmissionCluster cluster, IHost host)
    {
        (_cluster, _host) = (cluster, host);
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other operators of this process have meters of the same name.
            if (instrument.Name == "claudeops_limiter_refusals_total" && instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (count > 0) _refusals.AddOrUpdate((string)tags[0].Value!, count, (_, before) => before + count);
        });
        _listener.Start();
    }

    /// <summary>How often something was refused, by reason.</summary>
    public IReadOnlyDictionary<string, long> Refusals => _refusals;

    /// <summary>Limiters that reported, as the desk counts them at its next tick.</summary>
    public int Reporting
    {
        get
        {
            var desk = _host.Services.GetRequiredService<ReportDesk>();
            desk.Tick(_host.Services.GetRequiredService<SteadyClock>().Now);
            return desk.Limiters;
        }
    }

    /// <param name="authenticate">Whom a token belongs to.</param>
    /// <param name="leads">Whether it begins to lead; otherwise it never does.</param>
    public static async Task<ChannelUnderTest> StartAsync(Func<string, LimiterIdentity?> authenticate, bool leads = true)
    {
        var cluster = await AdmissionCluster.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IKubernetesClient>(cluster.NewClient());
        builder.Services.AddSingleton<ILimiterAuthenticator>(new Authenticator(authenticate));
        builder.Services.AddClaudeOperator(new OperatorOptions
        {
            LeaderElection = false, HealthPort = 0, MetricsPort = 0, Channel = new ChannelOptions { Port = 0, BindAddress = IPAddress.Loopback },
        }).ConfigureShutdown(o => o.EndpointDelay = TimeSpan.Zero);
        var channel = new ChannelUnderTest(cluster, builder.Build());
        if (!leads) return channel;
        await channel._host.StartAsync();
        await AdmissionCluster.UntilAsync(() => Task.FromResult(channel._host.Services.GetRequiredService<QuotaLoop>().IsOpen));
        return channel;
    }

    /// <summary>Makes a pod with a limiter, and waits until the operator knows it.</summary>
    public async Task<LimiterIdentity> PodAsync(string name)
    {
        var pod = await _cluster.Client.CreateAsync(new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "team-a", Labels = new Dictionary<string, string> { [InjectionMarks.Limiter] = InjectionMarks.LimiterValue } },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "registry.example/app:1" }] },
        });
        var limiter = new LimiterIdentity("team-a", name, pod.Metadata.Uid!);
        await AdmissionCluster.UntilAsync(() => Task.FromResult(_host.Services.GetRequiredService<LimiterPods>().Find(limiter) is not null));
        return limiter;
    }

    /// <summary>Asks the channel.</summary>
    public async Task<(int Status, string Text, IHeaderDictionary Headers)> AskAsync(string method, string path, string? authorization, string body = "")
    {
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path, context.Request.Body) = (method, path, new MemoryStream(Encoding.UTF8.GetBytes(body)));
        if (authorization is not null) context.Request.Headers.Authorization = authorization;
        context.Response.Body = answer;
        await _host.Services.GetRequiredService<ChannelEndpoint>().ServeAsync(context);
        await context.Response.BodyWriter.FlushAsync();
        await context.Response.Body.FlushAsync();
        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()), context.Response.Headers);
    }

    /// <summary>Reports as a limiter.</summary>
    public async Task<(int Status, string Text)> ReportAsync(string token, string body)
    {
        var (status, text, _) = await AskAsync("POST", ChannelProtocol.ReportPath, "Bearer " + token, body);
        return (status, text);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _listener.Dispose();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
        await _cluster.DisposeAsync();
    }

    private sealed class Authenticator(Func<string, LimiterIdentity?> authenticate) : ILimiterAuthenticator
    {
        public Task<LimiterIdentity?> AuthenticateAsync(string token, CancellationToken cancellationToken) => Task.FromResult(authenticate(token));
    }
}
