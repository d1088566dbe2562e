using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;
using Operator.Kubernetes.Yaml;

namespace Operator.EndToEnd.Scenarios;

public class StoredInvalidTests
{
    [Theory]
    [InlineData("""{"canary":{"steps":[{"weight":10},{"weight":5}]}}""", "spec.canary.steps[1].weight")]
    [InlineData("""{"canary":{"steps":"all of them"}}""", "spec.canary.steps")]
    [InlineData("""{"gates":{"live":[{"metric":"happiness","max":"1%"}]}}""", "spec.gates.live[0].metric")]
    [InlineData("""{"progressDeadline":"soon"}""", "spec.progressDeadline")]
    [InlineData("""{"prompt":7}""", "spec.prompt")]
    public async Task An_object_that_is_invalid_today_is_told_so_and_what_serves_goes_on(string patch, string path)
    {
        await using var stage = await Stage.OpenAsync();
        await PlayAsync(stage, patch, path);
        stage.AssertQuiet();
    }

    /// <summary>A deployment turns invalid under today's definition, and is repaired.</summary>
    internal static async Task PlayAsync(Stage stage, string patch, string path)
    {
        await Scenario.FirstVersionAsync(stage);
        // An older version of the definition let it in.
        await StoredObjects.AcceptAnythingAsync(stage);
        await StoredObjects.MergeAsync(stage, new JsonObject { ["spec"] = JsonNode.Parse(patch) });

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
    }
}
