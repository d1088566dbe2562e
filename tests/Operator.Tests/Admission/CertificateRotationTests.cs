using System.Security.Cryptography.X509Certificates;
using Operator.Admission;
using Operator.Api;
using Operator.Certificates;
using Operator.Kubernetes.Models;
using Operator.LocalCluster.Faults;

namespace Operator.Tests.Admission;

/// <summary>Certificates from their making to their end, on a cluster that checks them.</summary>
public sealed class CertificateRotationTests
{
    private static readonly RequestMatch Writes = new() { Where = r => (r.Verb is "create" or "update" or "patch" or "delete") && r.Resource != "leases" };

    [Fact]
    public async Task A_rotation_fails_no_request()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        await StrictAsync(cluster);
        // The cluster's clock is the real one: what is made in the past is still valid by it.
        var time = new ShiftedTime();
        time.Shift(TimeSpan.FromDays(-62));
        await using var replica = await cluster.StartOperatorAsync(time: time);
        var first = replica.Certificates.ServingAuthority!;
        using var stop = new CancellationTokenSource();
        var count = 0L;
        var requests = RequestsAsync(cluster, () => Interlocked.Increment(ref count), stop.Token);
        await SomeAsync();

        // Two thirds of the life are over: another is made and published, the first is served on.
        time.Shift(TimeSpan.FromDays(61));
        await TouchAsync(cluster);
        await AdmissionCluster.UntilAsync(async () => (await cluster.BundlesAsync()).All(bundle => Count(bundle) == 2));
        Assert.Equal(first, replica.Certificates.ServingAuthority);
        await SomeAsync();

        // It is trusted long enough, and served; then the first is forgotten.
        await TouchAsync(cluster);
        time.Shift(TimeSpan.FromHours(2));
        await AdmissionCluster.UntilAsync(async () =>
        {
            await TouchAsync(cluster);
            return replica.Certificates.ServingAuthority != first;
        });
        await AdmissionCluster.UntilAsync(async () => (await cluster.BundlesAsync()).All(bundle => Count(bundle) == 1));
        Assert.True(await cluster.TrustsAsync(replica.Certificates.ServingAuthority!));
        await SomeAsync();

        await stop.CancelAsync();
        await requests;
        Assert.Empty(replica.Errors.Messages);

        // Some requests in each phase, or the first failure.
        async Task SomeAsync()
        {
            var before = Interlocked.Read(ref count);
            await AdmissionCluster.UntilAsync(() => requests.IsCompleted || Interlocked.Read(ref count) >= before + 5);
            if (requests.IsCompleted) await requests;
        }
    }

    [Fact]
    public async Task Each_of_two_replicas_is_trusted_and_one_that_is_gone_is_forgotten()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        await StrictAsync(cluster);
        var time = new ShiftedTime();
        time.Shift(TimeSpan.FromDays(-1));
        await using var first = await cluster.StartOperatorAsync("operator-0", time);
        var second = await cluster.StartOperatorAsync("operator-1", time);
        Assert.All(await cluster.BundlesAsync(), bundle => Assert.Equal(2, Count(bundle)));
        foreach (var replica in new[] { first, second })
        {
            cluster.Route(replica);
            await cluster.QuotaAsync("by-" + replica.Address.Port);
        }

        cluster.Route(first);
        var gone = second.Certificates.ServingAuthority!;
        await second.DisposeAsync();
        time.Shift(TimeSpan.FromHours(2));
        await cluster.Client.DeleteAsync<V1Pod>("operator-1", AdmissionCluster.OperatorNamespace);
        await AdmissionCluster.UntilAsync(async () => !(await cluster.BundlesAsync()).Any(bundle => bundle.Contains(gone.Trim(), StringComparison.Ordinal)));
        await cluster.QuotaAsync("after");
    }

    [Fact]
    public async Task A_standby_is_trusted_and_goes_on_when_the_leader_ends()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        await StrictAsync(cluster);
        var leader = await cluster.StartOperatorAsync("operator-0");
        await AdmissionCluster.UntilAsync(() => leader.Leads);
        await using var standby = await cluster.StartOperatorAsync("operator-1");
        Assert.False(standby.Leads);
        cluster.Route(standby);
        await leader.DisposeAsync();
        await cluster.QuotaAsync("without-a-leader");
        await AdmissionCluster.UntilAsync(() => standby.Leads);
        await using var next = await cluster.StartOperatorAsync("operator-2");
        cluster.Route(next);
        await cluster.QuotaAsync("by-another");
        Assert.Empty(standby.Errors.Messages);
    }

    [Fact]
    public async Task A_replica_that_the_webhook_configurations_do_not_trust_is_not_ready()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        var refused = cluster.Server.Faults.FailBeforeCommit(
            new RequestMatch { Verb = "patch", Resource = "mutatingwebhookconfigurations" });
        await using var replica = await OperatorUnderTest.StartAsync(cluster, "operator-0");
        await AdmissionCluster.UntilAsync(async () => (await cluster.BundlesAsync()).Any(bundle => bundle.Length > 0));
        var (ready, answer) = await replica.ReadinessAsync();
        Assert.False(ready);
        Assert.Contains("[-]webhook-trust", answer, StringComparison.Ordinal);
        refused.Dispose();
        await AdmissionCluster.UntilAsync(async () => (await replica.ReadinessAsync()).IsReady);
    }

    [Fact]
    public async Task Certificates_of_somebody_else_are_served_and_the_configurations_are_left_to_them()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        await cluster.DeploymentAsync("triage");
        await StrictAsync(cluster);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var made = IssuedCertificate.Create(
                CertificateValidity.From(DateTimeOffset.UtcNow, new CertificateRules()), [$"{WebhookDeclarations.DefaultService}.{AdmissionCluster.OperatorNamespace}.svc"], "cert-manager");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ca.crt"), made.Authority);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "tls.crt"), made.Serving.Leaf.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "tls.key"), made.Serving.Leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            await using var replica = await OperatorUnderTest.StartAsync(cluster, "operator-0", configure: o => o.CertificateDirectory = folder.FullName);
            cluster.Route(replica);
            await AdmissionCluster.UntilAsync(async () =>
                (await cluster.Client.GetAsync<V1ConfigMap>("claude-operator-ca-bundle", "team-a"))?.Data?["ca.crt"] == made.Authority);
            Assert.All(await cluster.BundlesAsync(), Assert.Empty);

            await BundleAsync(cluster, made.Authority);
            await cluster.QuotaAsync("served");
            Assert.Empty(replica.Errors.Messages);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public async Task Entries_and_bundles_that_somebody_took_away_come_back()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        await using var replica = await cluster.StartOperatorAsync();
        await cluster.Client.DeleteAsync<V1ConfigMap>("claude-operator-ca", AdmissionCluster.OperatorNamespace);
        await cluster.Client.DeleteAsync<V1ValidatingWebhookConfiguration>(WebhookDeclarations.DefaultName);
        await cluster.Client.CreateAsync(WebhookDeclarations.Validating());
        await AdmissionCluster.UntilAsync(() => cluster.TrustsAsync(replica.Certificates.ServingAuthority!));
        await AdmissionCluster.UntilAsync(async () => await cluster.Client.GetAsync<V1ConfigMap>("claude-operator-ca", AdmissionCluster.OperatorNamespace) is not null);
    }

    [Fact]
    public async Task An_idle_operator_writes_nothing()
    {
        await using var cluster = await AdmissionCluster.StartAsync();
        await cluster.QuotaAsync("support-tools");
        await cluster.DeploymentAsync("triage");
        await using var replica = await cluster.StartOperatorAsync();
        await AdmissionCluster.UntilAsync(async () => await cluster.Client.GetAsync<V1ConfigMap>("claude-operator-ca-bundle", "team-a") is not null);
        await TouchAsync(cluster);
        await SettledAsync(cluster);
        cluster.Server.Faults.Requests.Clear();
        // Something that the operator watches and that concerns it in nothing wakes every part of it.
        await TouchAsync(cluster);
        await SettledAsync(cluster);
        Assert.Equal(1, cluster.Server.Faults.Requests.Count(Writes));
    }

    /// <summary>Requests that a failed call of a webhook would fail, one after another.</summary>
    private static async Task RequestsAsync(AdmissionCluster cluster, Action done, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var pod = await cluster.PodAsync($"load-{i}", "team-a", (Labels.Inject, "true"));
            Assert.NotNull(pod.Metadata.Annotations?[InjectionMarks.Refused]);
            await cluster.Client.DeleteAsync<V1Pod>(pod.Metadata.Name!, "team-a", null, CancellationToken.None);
            done();
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Lets a webhook call that fails be seen. The operator's applies must leave this alone.</summary>
    private static Task StrictAsync(AdmissionCluster cluster) => ReplaceAsync(cluster, "failurePolicy", "Fail");

    private static Task BundleAsync(AdmissionCluster cluster, string authority) =>
        ReplaceAsync(cluster, "clientConfig/caBundle", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(authority)));

    private static async Task ReplaceAsync(AdmissionCluster cluster, string field, string value)
    {
        foreach (var (kind, count) in new[] { ("ValidatingWebhookConfiguration", 3), ("MutatingWebhookConfiguration", 2) })
        {
            var operations = string.Join(",", Enumerable.Range(0, count).Select(i => $$"""{"op":"add","path":"/webhooks/{{i}}/{{field}}","value":"{{value}}"}"""));
            var patch = new Operator.Kubernetes.KubernetesPatch(Operator.Kubernetes.PatchType.Json, System.Text.Encoding.UTF8.GetBytes($"[{operations}]"));
            await new Operator.Kubernetes.GenericClient(cluster.Client).PatchAsync("admissionregistration.k8s.io/v1", kind, WebhookDeclarations.DefaultName, null, patch);
        }
    }

    /// <summary>A change that means nothing, of an object that the operator watches.</summary>
    private static async Task TouchAsync(AdmissionCluster cluster)
    {
        var touch = """{"metadata":{"annotations":{"touched":"WHEN"}}}""".Replace("WHEN", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        try
        {
            await cluster.Client.PatchAsync<V1ConfigMap>(
                "claude-operator-ca", AdmissionCluster.OperatorNamespace,
                Operator.Kubernetes.KubernetesPatch.Merge((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(touch)!));
        }
        catch (Operator.Kubernetes.KubernetesException conflict) when ((int)conflict.StatusCode == 409)
        {
            // Somebody else changed it at the same moment, which wakes everybody as well.
        }
    }

    private static async Task SettledAsync(AdmissionCluster cluster)
    {
        // Quiet for a second: every wake-up has had its turn.
        for (var last = -1L; last != cluster.Server.Faults.Requests.Total; await Task.Delay(1000)) last = cluster.Server.Faults.Requests.Total;
    }

    private static int Count(string bundle) => bundle.Split("BEGIN CERTIFICATE").Length - 1;
}
