using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Events;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Admission;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Hosting;

/// <summary>Whole operators, as a program puts them together, on a cluster in memory and on the real clock.</summary>
public sealed class ReplicaTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly FakeCluster _cluster = new(TimeProvider.System);
    private readonly List<IHost> _hosts = [];

    [Fact]
    public async Task One_of_two_replicas_acts_both_serve_and_a_clean_stop_hands_over()
    {
        var first = await StartAsync("first");
        await UntilAsync(() => Leads(first));
        var second = await StartAsync("second");

        await _cluster.CreateAsync(Widget.Named("a"));
        await UntilAsync(() => Touched("a") == "first");
        Assert.False(Leads(second));
        foreach (var replica in new[] { first, second })
        {
            await UntilAsync(async () => await GetAsync(replica, "/readyz") == "ok");
            Assert.Equal("ok", await GetAsync(replica, "/healthz"));
            Assert.Contains("\"allowed\":false", await ReviewAsync(replica), StringComparison.Ordinal);
        }

        Assert.Contains("leader_election_master_status{name=\"widgets\"} 1\n", await MetricsAsync(first), StringComparison.Ordinal);
        Assert.Contains("leader_election_master_status{name=\"widgets\"} 0\n", await MetricsAsync(second), StringComparison.Ordinal);
        Assert.Contains("controller_runtime_webhook_requests_total{webhook=\"/validate/gizmo\",code=\"200\"} 1\n", await MetricsAsync(second), StringComparison.Ordinal);

        var lease = await _cluster.GetAsync<V1Lease>("widgets", "default");
        Assert.Equal(("first", 0), (lease!.Spec!.HolderIdentity, lease.Spec.LeaseTransitions));
        var (before, after) = (first.Services.GetRequiredService<ILeaderElection>(), second.Services.GetRequiredService<ILeaderElection>());
        var epoch = lease.Metadata.CreationTimestamp!.Value.ToUnixTimeSeconds();
        Assert.Equal((epoch, true, null, false), (before.Epoch, before.IsFirst, after.Epoch, after.IsFirst));
        await first.StopAsync();
        await UntilAsync(() => Leads(second));
        Assert.Equal((epoch + 1, false, null, false), (after.Epoch, after.IsFirst, before.Epoch, before.IsFirst));
        await _cluster.CreateAsync(Widget.Named("b"));
        await UntilAsync(() => Touched("b") == "second");
        Assert.Equal("first", Touched("a"));
    }

    [Fact]
    public async Task A_standby_cannot_write_except_through_the_client_of_every_replica()
    {
        var first = await StartAsync("first");
        await UntilAsync(() => Leads(first));
        var second = await StartAsync("second");
        await Assert.ThrowsAsync<LeadershipLostException>(
            () => second.Services.GetRequiredService<IKubernetesClient>().CreateAsync(Widget.Named("x")));
        await second.Services.GetRequiredKeyedService<IKubernetesClient>(LeaderElectionBuilderExtensions.EveryReplica)
            .CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "certificates", NamespaceProperty = "default" } });
        Assert.NotNull(await _cluster.GetAsync<V1ConfigMap>("certificates", "default"));
    }

    [Fact]
    public async Task Events_recorded_while_reconciling_are_flushed_before_the_lease_goes_back()
    {
        var first = await StartAsync("first");
        await _cluster.CreateAsync(Widget.Named("a"));
        await UntilAsync(() => Touched("a") == "first");
        await first.StopAsync();
        var requests = _cluster.Requests;
        var written = requests.ToList().FindIndex(request => request.Resource == "events" && request.Verb == "create");
        var released = requests.ToList().FindLastIndex(request => request.Resource == "leases" && request.Verb == "update");
        Assert.True(written >= 0, "no event was written");
        Assert.True(released > written, "the lease went back before the events were written");
        Assert.Equal("", (await _cluster.GetAsync<V1Lease>("widgets", "default"))!.Spec!.HolderIdentity);
    }

    [Fact]
    public async Task A_second_stop_does_not_break_the_first()
    {
        var host = await StartAsync("first");
        await UntilAsync(() => Leads(host));
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.StopApplication();
        lifetime.StopApplication();
        var stops = Task.WhenAll(host.StopAsync(), host.StopAsync());
        await stops.WaitAsync(Patience);
        Assert.Equal("", (await _cluster.GetAsync<V1Lease>("widgets", "default"))!.Spec!.HolderIdentity);
    }

    [Fact]
    public void A_failed_operator_asks_the_host_to_stop_with_exit_code_1()
    {
        var before = Environment.ExitCode;
        using var host = new HostBuilder().Build();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            new OperatorExit(lifetime).Fail();
            Assert.Equal(1, Environment.ExitCode);
            Assert.True(lifetime.ApplicationStopping.IsCancellationRequested);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    [Fact]
    public void Two_webhooks_at_one_path_are_refused_when_they_are_added()
    {
        var builder = new ServiceCollection().AddSingleton<IKubernetesClient>(_cluster).AddKubernetesOperator();
        builder.AddValidationWebhook<RefuseAll, Gizmo>();
        Assert.Throws<ArgumentException>(() => builder.AddValidationWebhook<RefuseAll, Gizmo>());
        builder.AddValidationWebhook<RefuseAll, Gizmo>("other");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private static bool Leads(IHost host) => host.Services.GetRequiredService<ILeadership>().IsLeader;

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds()) await Task.Delay(20, patience.Token);
    }

    private static Task<string> GetAsync(IHost host, string path) =>
        HttpAsync(new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<HealthServer>().Port}{path}"));

    private static Task<string> MetricsAsync(IHost host) =>
        HttpAsync(new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<MetricsServer>().Port}/metrics"));

    private static async Task<string> HttpAsync(Uri address)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(address);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> ReviewAsync(IHost host)
    {
        const string review =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
             "kind":{"group":"tests.dev","version":"v1","kind":"Gizmo"},"resource":{},"object":{"spec":{"size":1}}}}
            """;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=webhook" },
        };
        using var http = new HttpClient(handler);
        using var content = new StringContent(review, Encoding.UTF8, "application/json");
        var port = host.Services.GetRequiredService<AdmissionServer>().Port;
        using var response = await http.PostAsync(new Uri($"https://localhost:{port}/validate/gizmo"), content);
        return await response.Content.ReadAsStringAsync();
    }

    private string? Touched(string name)
    {
        var widget = _cluster.GetAsync<V1ConfigMap>("touched-" + name, "default").GetAwaiter().GetResult();
        return widget?.Data?["by"];
    }

    private async Task<IHost> StartAsync(string identity)
    {
        var certificates = new MemoryCertificateSource();
        var (certificate, key) = TestCertificates.Create("webhook");
        certificates.Set(new ServingCertificate(X509Certificate2.CreateFromPem(certificate, key)));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IKubernetesClient>(_cluster);
        builder.Services.AddSingleton(new Replica(identity));
        builder.Services
            .AddKubernetesOperator(settings =>
            {
                settings.Name = "widgets";
                settings.JsonContexts.Add(GizmoJson.Default);
            })
            .AddLeaderElection(options =>
            {
                options.Identity = identity;
                options.LeaseNamespace = "default";
            })
            .AddHealthEndpoints(options => (options.Port, options.BindAddress) = (0, IPAddress.Loopback))
            .AddMetricsEndpoint(options => (options.Port, options.BindAddress) = (0, IPAddress.Loopback))
            .AddAdmission(options => (options.Port, options.BindAddress, options.CertificateSource) = (0, IPAddress.Loopback, certificates))
            .AddValidationWebhook<RefuseAll, Gizmo>()
            .ConfigureShutdown(options => options.EndpointDelay = TimeSpan.Zero)
            .AddController<Toucher, Widget>();
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    private sealed record Replica(string Identity);

    private sealed class RefuseAll : ValidationWebhook<Gizmo>
    {
        public override ValidationResult Create(Gizmo entity, bool dryRun) => Fail("no");
    }

    /// <summary>Leaves a mark that tells which replica acted.</summary>
    private sealed class Toucher(IKubernetesClient client, IEventRecorder events, Replica replica) : IEntityController<Widget>
    {
        public async Task<ReconciliationResult<Widget>> ReconcileAsync(Widget entity, CancellationToken cancellationToken)
        {
            var name = "touched-" + entity.Metadata.Name;
            if (await client.GetAsync<V1ConfigMap>(name, "default", cancellationToken) is null)
            {
                events.Record(entity, EventType.Normal, "Touched", "Touch", "by " + replica.Identity);
                var mark = new V1ConfigMap
                {
                    Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
                    Data = new Dictionary<string, string> { ["by"] = replica.Identity },
                };
                await client.CreateAsync(mark, null, cancellationToken);
            }

            return ReconciliationResult<Widget>.Success(entity);
        }

        public Task<ReconciliationResult<Widget>> DeletedAsync(Widget entity, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<Widget>.Success(entity));
    }
}
