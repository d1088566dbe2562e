using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.LocalCluster;
using Operator.Runtime.Applying;
using Operator.Runtime.Conditions;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;
using Xunit;

namespace Operator.Tests.Resources;

/// <summary>Objects that were stored under another schema: every one is seen, and none keeps the others from being seen.</summary>
public sealed class UnreadableResourceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_object_that_does_not_fit_is_told_so_and_stops_no_other()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await LocalClusterServer.StartAsync(cancellationToken: token);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, server.Kubeconfig, token);
        var connection = await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = file });
        File.Delete(file);
        using var client = new KubernetesClient(connection, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default] });
        await StoreAsync(client, token);

        var seen = new Reconciles();
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(seen);
        builder.Services.AddKubernetesOperator(o =>
        {
            o.Cluster = connection;
            o.JsonContexts.Add(ApiJsonContext.Default);
        }).AddController<AcceptingController, ClaudeDeployment>();
        using var host = builder.Build();
        await host.StartAsync(token);

        var good = await UntilAsync(client, "good", c => c is not null, token);
        var bad = await UntilAsync(client, "bad", c => c is not null, token);
        await host.StopAsync(token);

        Assert.Equal("True", good!.Status);
        Assert.Equal(("False", "FieldValueTypeInvalid"), (bad!.Status, bad.Reason));
        Assert.StartsWith("spec.lane: has a value that there is not; write interactive, standard, bulk", bad.Message, StringComparison.Ordinal);
        // Its own write is seen once more, and then there is nothing left to write.
        Assert.InRange(seen.Of("bad"), 1, 3);
        // Nobody wrote its spec.
        Assert.Equal("spec.lane", (await client.GetAsync<ClaudeDeployment>("bad", "default", token))!.Unreadable!.Field);
    }

    private static async Task StoreAsync(KubernetesClient client, CancellationToken token)
    {
        foreach (var definition in ResourceDefinitions.Documents())
        {
            // As an older version of the product might have had it: without any rule.
            definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"] = JsonNode.Parse(
                """{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}""");
            await client.CreateAsync(client.Json.FromNode<V1CustomResourceDefinition>(definition), cancellationToken: token);
        }
        foreach (var (name, lane) in new[] { ("bad", "express"), ("good", "bulk") })
        {
            var text = $$$"""
                {"apiVersion":"claudeops.dev/v1alpha1","kind":"ClaudeDeployment","metadata":{"name":"{{{name}}}","namespace":"default"},
                 "spec":{"model":"m","prompt":{"name":"p","version":"v"},"quotaRef":{"name":"q"},"lane":"{{{lane}}}"}}
                """;
            await client.PatchAsync<ClaudeDeployment>(name, "default", KubernetesPatch.Apply(JsonNode.Parse(text)!.AsObject()), new PatchOptions { FieldManager = "test" }, token);
        }
    }

    private static async Task<V1Condition?> UntilAsync(KubernetesClient client, string name, Func<V1Condition?, bool> done, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Patience);
        while (true)
        {
            var entity = await client.GetAsync<ClaudeDeployment>(name, "default", limit.Token);
            var condition = entity?.Status.Conditions?.FirstOrDefault(c => c.Type == ConditionTypes.Accepted);
            if (done(condition)) return condition;
            await Task.Delay(50, limit.Token);
        }
    }

    private sealed class Reconciles
    {
        private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

        public void Add(string name) => _counts.AddOrUpdate(name, 1, (_, n) => n + 1);

        public int Of(string name) => _counts.GetValueOrDefault(name);
    }

    private sealed class AcceptingController(IStatusWriter status, TimeProvider time, Reconciles seen) : IEntityController<ClaudeDeployment>
    {
        private static readonly ConditionSet Conditions = new(ConditionTypes.Ready, ConditionTypes.Accepted);

        public async Task<ReconciliationResult<ClaudeDeployment>> ReconcileAsync(ClaudeDeployment entity, CancellationToken cancellationToken)
        {
            seen.Add(entity.Metadata.Name!);
            var found = ClaudeDeploymentValidation.Validate(entity);
            var observed = Conditions.Observe(entity.Status.Conditions, entity.Metadata.Generation, time.GetUtcNow());
            observed = found.IsValid
                ? observed.MarkTrue(ConditionTypes.Accepted, "Valid")
                : observed.MarkFalse(ConditionTypes.Accepted, found.Errors[0].Reason.ToString(), found.Summary());
            await status.WriteAsync(entity, new ClaudeDeploymentStatus { Conditions = [.. observed.Conditions] }, cancellationToken);
            return ReconciliationResult<ClaudeDeployment>.Success(entity);
        }

        public Task<ReconciliationResult<ClaudeDeployment>> DeletedAsync(ClaudeDeployment entity, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<ClaudeDeployment>.Success(entity));
    }
}
