using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Tests.Evals.Running;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Runs;

public sealed class ShardedSuiteTests : IAsyncLifetime
{
    private EvalCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await EvalCluster.StartAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_suite_of_several_ConfigMaps_is_one_run_over_all_cases()
    {
        await ShardAsync("part-a", "a", 12);
        await ShardAsync("part-b", "b", 8);
        _cluster.Api.Answer = (context, body, _) =>
            FakeMessages.ReplyAsync(context, body.ToJsonString().Contains("question b", StringComparison.Ordinal) ? "wrong" : "refund");
        var gate = SuiteGate();
        var run = await _cluster.EndedAsync(await _cluster.EnsureAsync(await _cluster.DeployAsync(null, gate), gate));
        Assert.Equal((12, 20), (run.Status.Passed, run.Status.Total));
        Assert.Equal(["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7"], run.Status.FailedCases!.Order(StringComparer.Ordinal));
        Assert.Equal(20, _cluster.Api.Requests.Count);
    }

    [Fact]
    public async Task A_case_that_stands_in_two_shards_is_told_with_both_places()
    {
        await ShardAsync("part-a", "a", 3);
        await ShardAsync("part-b", "a", 3);
        var gate = SuiteGate();
        var run = await _cluster.UntilAsync(
            await _cluster.EnsureAsync(await _cluster.DeployAsync(null, gate), gate), r => r.Status.Verdict == Verdict.EvaluatorError, "the errors");
        Assert.StartsWith("part-b/cases.jsonl:1:", run.Status.Message, StringComparison.Ordinal);
        Assert.Contains("part-a", run.Status.Message, StringComparison.Ordinal);
        Assert.Empty(_cluster.Api.Requests);
    }

    private Task<V1ConfigMap> ShardAsync(string name, string prefix, int cases) => _cluster.Client.CreateAsync(
        new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = Namespace,
                Labels = new Dictionary<string, string> { [Labels.EvalSuite] = "triage-evals" },
            },
            Data = new Dictionary<string, string>
            {
                ["cases.jsonl"] = string.Join('\n', Enumerable.Range(0, cases).Select(i =>
                    $$"""{"id":"{{prefix}}{{i}}","messages":[{"role":"user","content":"question {{prefix}}{{i}}"}],"checks":[{"contains":"refund"}]}""")),
            },
        },
        cancellationToken: TestContext.Current.CancellationToken);
}
