using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Mutations;

public class SpoiledManifestsInAClusterTests(ITestOutputHelper output)
{
    private const int Seed = 2_718_281;

    [Fact]
    public async Task An_API_server_refuses_spoiled_manifests_with_the_path_of_every_error()
    {
        const int count = 2_000;
        await using var stage = await Stage.OpenAsync(new StageOptions { StartsOperator = false });
        var wrong = new ConcurrentQueue<string>();
        var (created, refused) = (0, 0);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var manifest = new ManifestMutator(Seed + i).Mutate(SoundManifests.All[i % SoundManifests.All.Count]);
            manifest["metadata"]!["namespace"] = Manifests.Space;
            manifest["metadata"]!["name"] = "spoiled-" + i.ToString(CultureInfo.InvariantCulture);
            var answer = await stage.User.CreateAsync(manifest, "?dryRun=All");
            if (answer.IsSuccess) Interlocked.Increment(ref created);
            else if (answer.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge) Interlocked.Increment(ref refused);
            else wrong.Enqueue($"{answer.Status}: {answer.Body}");
            if (answer.Status == HttpStatusCode.UnprocessableEntity
                && answer.Json["details"]?["causes"] is not JsonArray { Count: > 0 }) wrong.Enqueue("no causes: " + answer.Body);
        });
        output.WriteLine($"{count} spoiled manifests: {refused} refused, {created} accepted");
        Assert.Empty(wrong.Take(5));
        Assert.True(created > count / 20 && refused > count / 4);
    }

    [Fact]
    public Task What_an_API_server_accepts_gets_a_status_and_no_error_in_the_log() => ThroughTheOperatorAsync(lax: false, 300);

    [Fact]
    public Task What_bypassed_schema_and_admission_gets_a_status_and_no_error_in_the_log() => ThroughTheOperatorAsync(lax: true, 300);

    private async Task ThroughTheOperatorAsync(bool lax, int count)
    {
        await using var stage = await Stage.OpenAsync();
        await stage.User.ApplyAsync(Manifests.Quota() + Manifests.Prompt("v1"));
        await Scenarios.Scenario.FirstVersionAsync(stage);
        if (lax) await LaxAsync(stage);
        var names = new ConcurrentBag<(string Plural, string Name)>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (i, _) =>
        {
            var manifest = new ManifestMutator(Seed + 100_000 + i).Mutate(SoundManifests.All[i % SoundManifests.All.Count]);
            var name = "spoiled-" + i.ToString(CultureInfo.InvariantCulture);
            manifest["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Manifests.Space };
            var answer = await stage.User.CreateAsync(manifest);
            if (answer.IsSuccess) names.Add((((string)manifest["kind"]!).ToLowerInvariant() + "s", name));
        });
        Assert.True(names.Count > count / 10, $"{names.Count} of {count} were stored");

        // An eval run of a deployment that does not exist waits; deployments and quotas are told where they stand.
        bool Told((string Plural, string Name) stored) => stored.Plural == "claudeevalruns"
            || stage.Record.Find(stored.Plural, Manifests.Space, stored.Name)?["status"]?["conditions"] is JsonArray { Count: > 0 };
        await stage.UntilAsync(() => names.All(Told), "every object to have a status", () => string.Join(", ", names.Where(n => !Told(n)).Take(20)));
        await stage.PassAsync(TimeSpan.FromMinutes(2));
        foreach (var (plural, name) in names.Where(n => n.Plural == "claudedeployments"))
        {
            var view = new DeploymentView(stage.Record.Find(plural, Manifests.Space, name)!);
            Assert.NotNull(view.Condition("Ready"));
            // A refusal names what is wrong.
            if (view.ConditionStatus("Accepted") == "False")
                Assert.Matches("^(spec|metadata)", (string)view.Condition("Accepted")!["message"]!);
        }
        output.WriteLine($"{names.Count} of {count} spoiled manifests were stored; refused by the operator: "
            + names.Count(n => stage.Record.Find(n.Plural, Manifests.Space, n.Name)?["status"]?["conditions"] is JsonArray c
                && c.Any(x => (string?)x!["type"] == "Accepted" && (string?)x["status"] == "False")));
        // What was there before is not disturbed.
        Assert.Equal("Healthy", stage.Deployment().Phase);
        stage.AssertQuiet();
    }

    /// <summary>Takes the schemas away, as if older definitions had let everything in.</summary>
    private static async Task LaxAsync(Stage stage)
    {
        foreach (var plural in new[] { "claudedeployments", "claudequotas", "claudeevalruns" })
        {
            var path = $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{plural}.claudeops.dev";
            var definition = (await stage.User.GetAsync(path)).Must();
            foreach (var version in definition["spec"]!["versions"]!.AsArray())
                version!["schema"] = JsonNode.Parse("""{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}""");
            definition["metadata"]!.AsObject().Remove("managedFields");
            (await stage.User.SendAsync(HttpMethod.Put, path, definition.ToJsonString(), "application/json")).Must();
        }
    }
}
