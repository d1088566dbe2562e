using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;
using Operator.Kubernetes.Yaml;

namespace Operator.EndToEnd.Scenarios;

public class StoredInvalidTests
{
    private const string Definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/claudedeployments.claudeops.dev";

    [Theory]
    [InlineData("""{"canary":{"steps":[{"weight":10},{"weight":5}]}}""", "spec.canary.steps[1].weight")]
    [InlineData("""{"canary":{"steps":"all of them"}}""", "spec.canary.steps")]
    [InlineData("""{"gates":{"live":[{"metric":"happiness","max":"1%"}]}}""", "spec.gates.live[0].metric")]
    [InlineData("""{"progressDeadline":"soon"}""", "spec.progressDeadline")]
    [InlineData("""{"prompt":7}""", "spec.prompt")]
    public async Task An_object_that_is_invalid_today_is_told_so_and_what_serves_goes_on(string patch, string path)
    {
        await using var stage = await Stage.OpenAsync();
        await Scenario.FirstVersionAsync(stage);
        // An older version of the definition let it in.
        var strict = (await stage.User.GetAsync(Definition)).Must();
        var lax = strict.DeepClone().AsObject();
        foreach (var version in lax["spec"]!["versions"]!.AsArray())
            version!["schema"] = JsonNode.Parse("""{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}""");
        lax["metadata"]!.AsObject().Remove("managedFields");
        (await stage.User.SendAsync(HttpMethod.Put, Definition, lax.ToJsonString(), "application/json")).Must();
        ApiAnswer answer;
        do
        {
            answer = await stage.User.MergeAsync(
                $"/apis/claudeops.dev/v1alpha1/namespaces/{Manifests.Space}/claudedeployments/triage", new JsonObject { ["spec"] = JsonNode.Parse(patch) }.ToJsonString());
        }
        while (!answer.IsSuccess && (int)answer.Status == 422);
        answer.Must();

        var refused = await stage.UntilAsync(d => d.ConditionStatus("Accepted") == "False", "the object to be refused");
        Assert.Contains(path, (string?)refused.Condition("Accepted")!["message"], StringComparison.Ordinal);
        Assert.Equal("True", refused.ConditionStatus("Stalled"));
        Assert.Equal("True", refused.ConditionStatus("Available"));
        Assert.Equal("v1", refused.Stable);
        await stage.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());

        // Repaired, it goes on.
        var good = KubernetesYaml.ParseObject(Manifests.Deployment("v1"));
        good["metadata"]!["resourceVersion"] = (string)(await stage.User.GetAsync(UserClient.PathOf(good))).Must()["metadata"]!["resourceVersion"]!;
        (await stage.User.SendAsync(HttpMethod.Put, UserClient.PathOf(good), good.ToJsonString(), "application/json")).Must();
        await stage.UntilHealthyAsync("v1");
        stage.AssertQuiet();
    }
}
